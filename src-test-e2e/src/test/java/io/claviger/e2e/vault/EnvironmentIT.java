package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test kit's environment in a static field: one for the class. */
class EnvironmentIT {
  @RegisterExtension static final VaultTestEnvironment VAULT = VaultTestEnvironment.kv2("shared");

  @Test
  void theServiceRunsAndItsKeysAreThere(KmsManager kms, KmsServiceManager service) {
    assertThat(service).isSameAs(VAULT.service());
    assertThat(kms.describeKey("shared").keyId()).isEqualTo("shared");
    assertThat(kms.capabilities().rawCiphers()).isTrue();
    Steps.roundTrip(kms, "shared");
  }
}
