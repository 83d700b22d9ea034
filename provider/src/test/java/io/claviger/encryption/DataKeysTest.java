package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.CryptoException;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsServiceManager;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JCA wraps around failures of keys is taken off again. */
class DataKeysTest {
  @Test
  void theServicesOwnFailureComesThrough() {
    KmsException own = KmsException.of(ErrorKind.UNAVAILABLE, "down");
    assertThat(DataKeys.unwrapped(new ProviderException("x", new InvalidKeyException("y", own))))
        .isSameAs(own);
  }

  @Test
  void allElseIsAnOperationThatCouldNotBeCarriedOut() {
    NoSuchAlgorithmException cause = new NoSuchAlgorithmException("no AES");
    KmsException e = DataKeys.unwrapped(cause);
    assertThat(e).isInstanceOf(CryptoException.class).hasCause(cause);
    assertThat(e.kind()).isEqualTo(ErrorKind.CRYPTO_FAILURE);
    assertThat(e.isRetryable()).isFalse();
    assertThat(e).hasMessageContaining("no AES").hasMessageContaining("security providers");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 31, 33})
  void aKeyOfAnotherLengthOpensNothing(int bytes) {
    KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), null);
    try {
      service.manager().createKey("k");
      ClavigerProvider provider = new ClavigerProvider(service);
      DataKeys keys = new DataKeys(provider);
      EncryptionContext context = EncryptionContext.empty();
      byte[] wrapped = keys.wrap(provider.key("k"), SecretBytes.copyOf(new byte[bytes]), context);
      assertThatThrownBy(() -> keys.unwrap("k", wrapped, context))
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC))
          .hasMessageContaining("to %d bytes, expected 32", bytes);
    } finally {
      service.stop();
    }
  }
}
