package io.claviger.e2e.cli;

import io.claviger.e2e.env.LocalStackServer;
import io.claviger.testkit.VaultAdmin;
import io.claviger.testkit.VaultServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The key services that the commands run over, in the order of the table in docs/cli.md. */
enum KeyPlace {
  KEY_FOLDER {
    @Override
    Claviger commands(Path folder) throws Exception {
      Path secret = Files.writeString(folder.resolve("passphrase"), PASSPHRASE);
      return new Claviger()
          .with("CLAVIGER_BACKEND_TYPE", "Local")
          .with("CLAVIGER_KEY_DIR", folder.resolve("my keys").toString())
          .with("CLAVIGER_MASTER_KEY_FILE", secret.toString());
    }
  },
  VAULT_KV2 {
    @Override
    Claviger commands(Path folder) throws Exception {
      return onVault("VaultKV2", "CLAVIGER_KEY_PATH_PREFIX", folder);
    }
  },
  VAULT_TRANSIT {
    @Override
    Claviger commands(Path folder) throws Exception {
      return onVault("VaultTransit", "CLAVIGER_METADATA_KEY_PREFIX", folder);
    }
  },
  AWS_KMS {
    @Override
    Claviger commands(Path folder) {
      return new Claviger()
          .with("CLAVIGER_BACKEND_TYPE", "AWS")
          .with("CLAVIGER_REGION", "us-east-1")
          .with("CLAVIGER_ENDPOINT_URL", LocalStackServer.http().toString())
          .with("CLAVIGER_AWS_ACCESS_KEY_ID", freshAccount())
          .with("CLAVIGER_AWS_SECRET_ACCESS_KEY", "secret");
    }
  };

  static final String PASSPHRASE = "a passphrase of the test";
  private static final String MOUNT = "every-command";
  private static final long ACCOUNTS = 1_000_000_000_000L;

  /** Returns commands with keys there. */
  abstract Claviger commands(Path folder) throws Exception;

  /** Returns the id of the key that seals. */
  String key() {
    return "every-command-" + name().toLowerCase(Locale.ROOT);
  }

  /** Among no keys of other suites, which share the server. */
  private static Claviger onVault(String type, String prefix, Path folder) throws Exception {
    VaultServer vault = VaultServer.shared();
    VaultAdmin admin = vault.admin();
    admin.status("POST", "sys/mounts/" + MOUNT, Map.of("type", "transit")); // it may be there
    admin.write(MOUNT + "/keys/claviger-root", Map.of("type", "aes256-gcm96"));
    Path token = Files.writeString(folder.resolve("token"), vault.rootToken());
    return new Claviger()
        .with("CLAVIGER_BACKEND_TYPE", type)
        .with("CLAVIGER_MOUNT_PATH", MOUNT)
        .with(prefix, MOUNT + "/keys")
        .with("CLAVIGER_ADDRESS", vault.address().toString())
        .with("CLAVIGER_VAULT_TOKEN_FILE", token.toString());
  }

  /** LocalStack takes an access key id of 12 digits for an account. */
  private static String freshAccount() {
    return "%012d".formatted(ThreadLocalRandom.current().nextLong(1, ACCOUNTS));
  }
}
