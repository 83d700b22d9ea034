package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.cli.Claviger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on keys, with keys in a real Vault. */
class CommandLineIT {
  @TempDir static Path folder;
  private static VaultProcess vault;

  @BeforeAll
  static void start() throws Exception {
    vault = VaultProcess.plain(Files.createDirectory(folder.resolve("vault"))).withEngines();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  private Claviger cli(String type) throws Exception {
    Path token = folder.resolve("token");
    Files.writeString(token, vault.rootToken());
    return new Claviger()
        .with("CLAVIGER_BACKEND_TYPE", type)
        .with("CLAVIGER_ADDRESS", vault.address().toString())
        .with("CLAVIGER_VAULT_TOKEN_FILE", token.toString())
        .with("CLAVIGER_ALLOW_INSECURE_DEV_DEFAULTS", "true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"VaultKV2", "VaultTransit"})
  void aKeyLivesAndSealsAndADownVaultIsSaid(String type) throws Exception {
    Claviger cli = cli(type);
    cli.run("key", "create", "orders").expect(0);
    assertThat(cli.run("key", "rotate", "orders").expect(0).out()).contains("version      2");
    assertThat(cli.run("key", "list").expect(0).out()).contains("orders");
    byte[] sealed =
        cli.run("text".getBytes(StandardCharsets.UTF_8), "encrypt", "-k", "orders")
            .expect(0)
            .bytes();
    Path file = Files.write(folder.resolve("sealed " + type), sealed);
    assertThat(cli.run("decrypt", "-k", "orders", file.toString()).expect(0).out())
        .isEqualTo("text");
    assertThat(new Claviger().run("inspect", file.toString()).expect(0).out())
        .containsPattern("keyVersion +2")
        .containsPattern("plainBytes +4");
    cli.run("key", "disable", "orders").expect(0);
    cli.run(sealed, "encrypt", "-k", "orders").expect(5);
    cli.run("key", "delete", "orders", "--yes").expect(0);
    cli.run("key", "cancel", "orders").expect(0);
    cli.run("key", "folder", "check").expect(5);
    cli.with("CLAVIGER_ADDRESS", "http://127.0.0.1:1").with("CLAVIGER_RETRY_ATTEMPTS", "1");
    assertThat(cli.run("key", "list").expect(8).err()).contains("127.0.0.1:1");
  }
}
