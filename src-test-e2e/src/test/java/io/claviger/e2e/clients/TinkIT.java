package io.claviger.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

/** Tink's envelope encryption through {@link KmsAead}. */
class TinkIT extends OpaqueKeys {
  @Test
  void envelopeAeadThroughAnAdapter() throws Exception {
    AeadConfig.register();
    Aead envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, new KmsAead(key));
    byte[] message = "a letter".getBytes(StandardCharsets.UTF_8);
    byte[] aad = {1};
    byte[] sealed = envelope.encrypt(message, aad);
    assertThat(envelope.decrypt(sealed, aad)).isEqualTo(message);
    assertThatThrownBy(() -> envelope.decrypt(sealed, new byte[] {2}))
        .isInstanceOf(GeneralSecurityException.class);
  }
}
