package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.BackendConfig;
import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.config.LocalConfig;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request to create a key says of origin and policy is kept and returned. */
class OriginAndPolicyTest {
  private static final String POLICY = "{\"Statement\":[{\"Effect\":\"Allow\"}]}";

  @TempDir Path folder;

  private static KmsServiceManager started(BackendConfig backend) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(KmsConfig.builder(backend).allowInsecureDevDefaults(true).build());
    service.start();
    return service;
  }

  private void isKept(KmsManager kms) {
    KeyMetadata made =
        kms.createKey(
            CreateKeyRequest.named("k")
                .withOrigin("HSM-7")
                .withCreatedBy("ann")
                .withPolicy(POLICY));
    assertThat(made.origin()).isEqualTo("HSM-7");
    assertThat(made.policy()).isEqualTo(POLICY);
    kms.tagKey("k", Map.of("a", "b"));
    kms.rotateKey("k");
    kms.disableKey("k");
    kms.enableKey("k");
    KeyMetadata there = kms.listKeys(ListKeysRequest.first()).keys().get(0);
    assertThat(there).isEqualTo(kms.describeKey("k"));
    assertThat(there.origin()).isEqualTo("HSM-7");
    assertThat(there.policy()).isEqualTo(POLICY);
    assertThat(there.createdBy()).isEqualTo("ann");
    assertThat(kms.createKey("usual").policy()).isEmpty();
  }

  @Test
  void inMemory() {
    KmsServiceManager service = started(CustomConfig.of("memory"));
    isKept(service.manager());
    service.stop();
  }

  @Test
  void inAFolderAlsoByTheNextProcess() {
    LocalConfig local = LocalConfig.of(folder.resolve("keys"), "p");
    KmsServiceManager first = started(local);
    isKept(first.manager());
    first.stop();
    KmsServiceManager next = started(local);
    assertThat(next.manager().describeKey("k").policy()).isEqualTo(POLICY);
    assertThat(next.manager().describeKey("k").origin()).isEqualTo("HSM-7");
    next.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RUSTFS", "EXTERNAL", "IMPORTED", "CLAVIGER", "VAULT", " "})
  void originsThatBackendsGiveAreNotForCallers(String origin) {
    KmsServiceManager service = started(CustomConfig.of("memory"));
    CreateKeyRequest request = CreateKeyRequest.named("k").withOrigin(origin);
    assertThatThrownBy(() -> service.manager().createKey(request))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("given by backends");
    service.stop();
  }
}
