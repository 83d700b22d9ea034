package io.claviger.e2e.clients;

import io.claviger.jca.KmsKeyIdSpec;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.crypto.KeyAccessDeniedException;
import org.apache.parquet.crypto.keytools.KmsClient;

/** Parquet's door to a KMS, over plain JCA calls; Parquet makes it by its class name. */
public final class ParquetKmsClient implements KmsClient {
  /** Parquet's own constructor. */
  public ParquetKmsClient() {}

  @Override
  public void initialize(
      Configuration configuration, String instanceId, String instanceUrl, String accessToken) {}

  @Override
  public String wrapKey(byte[] keyBytes, String masterKeyId) {
    try {
      Cipher cipher = Cipher.getInstance("KMS");
      cipher.init(Cipher.WRAP_MODE, master(masterKeyId));
      return Base64.getEncoder().encodeToString(cipher.wrap(new SecretKeySpec(keyBytes, "AES")));
    } catch (GeneralSecurityException e) {
      throw new KeyAccessDeniedException(e.getMessage(), e);
    }
  }

  @Override
  public byte[] unwrapKey(String wrapped, String masterKeyId) {
    try {
      Cipher cipher = Cipher.getInstance("KMS");
      cipher.init(Cipher.UNWRAP_MODE, master(masterKeyId));
      return cipher
          .unwrap(Base64.getDecoder().decode(wrapped), "AES", Cipher.SECRET_KEY)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new KeyAccessDeniedException(e.getMessage(), e);
    }
  }

  private static SecretKey master(String id) throws GeneralSecurityException {
    return SecretKeyFactory.getInstance("KMS").generateSecret(new KmsKeyIdSpec(id));
  }
}
