package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFolderCommandsTest {
  @TempDir private Path folder;

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys"));
  }

  @BeforeEach
  void aKey() {
    cli().run("key", "create", "a").expect(0);
  }

  private Path record() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("keys"))) {
      return files.filter(f -> f.toString().endsWith(".record")).findFirst().orElseThrow();
    }
  }

  @Test
  void theFolderGetsAnotherPassphrase() throws Exception {
    Path secret = Files.writeString(folder.resolve("new"), "fresh-secret\n");
    String text =
        cli()
            .run("key", "folder", "passphrase", "--new-passphrase-file", secret.toString())
            .expect(0)
            .out();
    assertThat(text).contains("the passphrase was changed").doesNotContain("fresh-secret");
    assertThat(cli().run("key", "list").expect(3).err()).doesNotContain("fresh-secret");
    cli().with("master_key", "fresh-secret").run("key", "describe", "a").expect(0);
    cli().with("master_key", "fresh-secret").run("key", "folder", "rotate-root").expect(0);
    cli().with("master_key", "fresh-secret").run("key", "describe", "a").expect(0);
  }

  @Test
  void damageIsFoundAndAKeyGivenUp() throws Exception {
    assertThat(cli().run("key", "folder", "check").expect(0).out())
        .isEqualToIgnoringNewLines("keys that work     1");
    cli().run("key", "folder", "give-up", "a", "--confirm", "a").expect(5);
    Files.write(record(), new byte[10]);
    assertThat(cli().run("key", "folder", "check").expect(9).out())
        .contains("keys that work     0", "damaged            a");
    assertThat(cli().run("key", "list").expect(9).err()).contains("[a]");
    Path secret = Files.writeString(folder.resolve("pass"), "p");
    String[] export = {
      "key", "export", folder.resolve("b").toString(), "--passphrase-file", secret.toString()
    };
    assertThat(cli().run(export).expect(7).err()).contains("claviger key export --readable");
    cli().run("key", "folder", "give-up", "a").expect(11);
    cli().run("key", "folder", "give-up", "a", "--confirm", "a").expect(0);
    cli().run("key", "create", "a").expect(0);
  }

  @Test
  void aLostManifestIsMadeAgain() throws Exception {
    Files.delete(folder.resolve("keys/.claviger-manifest"));
    assertThat(cli().run("key", "list").expect(7).err()).contains("claviger key folder rebuild");
    cli().run("key", "folder", "rebuild").expect(11);
    assertThat(cli().run("key", "folder", "rebuild", "--yes").expect(0).out())
        .isEqualToIgnoringNewLines("key         a, Enabled");
    cli().run("key", "describe", "a").expect(0);
  }

  @Test
  void keysOfAnotherKindHaveNoFolder() {
    Cli other = new Cli().with("backend_type", "memory");
    assertThat(other.run("key", "folder", "check").expect(5).err()).contains("memory");
  }
}
