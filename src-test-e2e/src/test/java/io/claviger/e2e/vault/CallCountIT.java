package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.config.AuthMethod;
import io.claviger.config.BackendConfig;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 10,000 data keys cost, counted in Vault's audit log. */
class CallCountIT {
  private static final int OBJECTS = 10_000;

  @TempDir static Path folder;
  private static VaultProcess vault;

  @BeforeAll
  static void start() {
    vault = VaultProcess.plain(folder).withEngines();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  /** Seals 10,000 objects and returns the calls that begin so. */
  private static long calls(BackendConfig config, boolean bucketKey, String pathPrefix) {
    KmsServiceManager service = Steps.running(config, c -> c.defaultKeyId("k"));
    try {
      if (service.manager().listKeys(io.claviger.kms.ListKeysRequest.first()).keys().stream()
          .noneMatch(key -> key.keyId().equals("k"))) {
        service.manager().createKey("k");
      }
      EncryptionService encryption = new EncryptionService(new ClavigerProvider(service));
      long before = vault.audited(pathPrefix);
      for (int i = 0; i < OBJECTS; i++) {
        SealRequest request =
            new SealRequest(
                new ObjectName("bucket", "object-" + i),
                null,
                EncryptionContext.empty(),
                NameBinding.OBJECT,
                "aws:kms",
                null,
                bucketKey);
        encryption.sealObject(request, 0);
      }
      return vault.audited(pathPrefix) - before;
    } finally {
      service.stop();
    }
  }

  private static BackendConfig transit() {
    return Steps.transit(vault.address(), AuthMethod.Token.of(vault.token("claviger-transit")));
  }

  @Test
  void underABucketKeyFewerThan20() {
    assertThat(calls(transit(), true, "")).isPositive().isLessThan(20);
  }

  @Test
  void withoutOneEachItsOwn() {
    assertThat(calls(transit(), false, "transit/encrypt/k")).isEqualTo(OBJECTS);
  }

  /**
   * The key is in this process, so a data key costs no call; a change is looked for every second.
   */
  @Test
  void withKeysInKvFewerThanOneInAHundred() {
    BackendConfig kv2 =
        Steps.kv2(vault.address(), AuthMethod.Token.of(vault.token("claviger-kv2")));
    assertThat(calls(kv2, false, "")).isLessThan(OBJECTS / 100);
  }
}
