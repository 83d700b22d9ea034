package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.CryptoException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import org.junit.jupiter.api.Test;

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
}
