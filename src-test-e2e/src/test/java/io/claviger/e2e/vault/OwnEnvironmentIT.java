package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.testkit.VaultTestEnvironment;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test kit's environment in an instance field, as its javadoc shows it: one for each test. */
class OwnEnvironmentIT {
  @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.transit("orders");

  @RepeatedTest(2)
  void sealsOrders(KmsManager kms) {
    assertThat(kms.listKeys(ListKeysRequest.first()).keys())
        .as("nothing of another test")
        .extracting(KeyMetadata::keyId)
        .containsExactly("orders");
    assertThat(kms.defaultKeyId()).contains("orders");
    Steps.roundTrip(kms, "orders");
    kms.createKey("mark");
  }
}
