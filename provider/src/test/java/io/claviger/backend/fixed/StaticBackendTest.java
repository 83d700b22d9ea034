package io.claviger.backend.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.StaticConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.SecretBytes;
import io.claviger.testkit.KmsBackendContract;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StaticBackendTest extends KmsBackendContract {
  private static KmsBackend with(int fill) {
    byte[] key = new byte[StaticConfig.KEY_BYTES];
    Arrays.fill(key, (byte) fill);
    return new StaticBackendFactory()
        .create(
            BackendFields.of(
                new StaticConfig("only", SecretBytes.takeOwnership(key)).toMapWithSecrets()),
            BackendSettings.DEFAULT);
  }

  @Override
  protected KmsBackend newBackend() {
    return with(7);
  }

  @Override
  protected String existingKeyId() {
    return "only";
  }

  @Test
  void everyProcessWithTheSameKeyOpensAndAnotherKeyDoesNot() {
    EncryptionContext none = EncryptionContext.empty();
    byte[] blob;
    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {4})) {
      blob = backend.encrypt(new EncryptRequest("only", secret, none)).ciphertextBlob();
    }
    try (KmsBackend same = with(7);
        SecretBytes opened = same.decrypt(new DecryptRequest("only", blob, none))) {
      assertThat(opened.toByteArray()).containsExactly(4);
    }
    try (KmsBackend other = with(8)) {
      assertThatThrownBy(() -> other.decrypt(new DecryptRequest("only", blob, none)))
          .hasMessageContaining("it names a version that this key never had");
    }
  }
}
