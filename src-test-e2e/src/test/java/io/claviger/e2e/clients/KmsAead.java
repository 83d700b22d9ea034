package io.claviger.e2e.clients;

import com.google.crypto.tink.Aead;
import io.claviger.jca.KmsKey;
import io.claviger.jca.KmsParameterSpec;
import io.claviger.kms.EncryptionContext;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Cipher;

/** A KMS key as Tink's {@link Aead}: what {@code KmsEnvelopeAead} wants. */
record KmsAead(KmsKey key) implements Aead {
  @Override
  public byte[] encrypt(byte[] plaintext, byte[] associatedData) throws GeneralSecurityException {
    return cipher(Cipher.ENCRYPT_MODE, associatedData).doFinal(plaintext);
  }

  @Override
  public byte[] decrypt(byte[] ciphertext, byte[] associatedData) throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, associatedData).doFinal(ciphertext);
  }

  private Cipher cipher(int mode, byte[] aad) throws GeneralSecurityException {
    String text = Base64.getEncoder().encodeToString(aad == null ? new byte[0] : aad);
    Cipher cipher = Cipher.getInstance("KMS");
    cipher.init(mode, key, new KmsParameterSpec(EncryptionContext.of(Map.of("aad", text))));
    return cipher;
  }
}
