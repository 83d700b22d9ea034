package io.claviger.e2e.awskms;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.AwsKmsTestEnvironment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test kit's environment over both emulators: keys of each test's own. */
class TestEnvironmentIT {
  private static final Set<String> ACCOUNTS = new HashSet<>();

  @RegisterExtension
  final AwsKmsTestEnvironment own =
      AwsKmsTestEnvironment.at(KmsServer.LOCALSTACK::http, "orders", "letters");

  @RegisterExtension
  static final AwsKmsTestEnvironment SHARED = AwsKmsTestEnvironment.at(KmsServer.MOTO::http, "all");

  @RepeatedTest(2)
  void eachTestHasItsKeysAlone() {
    List<KeyMetadata> keys = own.manager().listKeys(ListKeysRequest.first()).keys();
    assertThat(keys).hasSize(2);
    assertThat(keys).allMatch(key -> key.keyId().contains(own.account()));
    assertThat(ACCOUNTS.add(own.account())).isTrue();
    assertThat(own.manager().defaultKeyId()).hasValue("orders");
  }

  @Test
  void theServiceSealsAndOpens() {
    for (KmsServiceManager service : List.of(own.service(), SHARED.service())) {
      KmsManager manager = service.manager();
      KmsEnvelope envelope =
          KmsEnvelope.under(
              new ClavigerProvider(service).key(manager.defaultKeyId().orElseThrow()));
      assertThat(envelope.open(envelope.seal(new byte[] {1, 2}))).containsExactly(1, 2);
    }
  }
}
