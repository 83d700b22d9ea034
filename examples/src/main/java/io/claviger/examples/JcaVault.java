package io.claviger.examples;

import io.claviger.config.KmsConfig;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.jca.KmsKey;
import io.claviger.jca.KmsParameterSpec;
import io.claviger.kms.EncryptionContext;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.util.Map;
import javax.crypto.Cipher;

/** Keys that never leave HashiCorp Vault's Transit engine, through plain JCA calls. */
public final class JcaVault {
  private JcaVault() {}

  /**
   * Runs the example. Which Vault and how to log in comes from the environment ({@code
   * CLAVIGER_BACKEND_TYPE}, {@code CLAVIGER_ADDRESS}, ..; docs/vault.md).
   *
   * @param args fields of the configuration as {@code name=value}, which win over the environment
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> fields = new java.util.HashMap<>(Map.of("backend_type", "VaultTransit"));
    for (String arg : args) {
      String[] pair = arg.split("=", 2);
      fields.put(pair[0], pair[1]);
    }
    KmsServiceManager kms = new KmsServiceManager();
    kms.configure(KmsConfig.fromEnvironment(fields));
    kms.start();
    ClavigerProvider provider = new ClavigerProvider(kms);
    String id = "jca-vault-" + System.currentTimeMillis();
    kms.manager().createKey(id);
    KmsKey key = provider.key(id);
    byte[] letter = "a letter".getBytes(StandardCharsets.UTF_8);
    KmsParameterSpec context = new KmsParameterSpec(EncryptionContext.of(Map.of("tenant", "a")));

    Cipher kmsCipher = Cipher.getInstance("KMS", provider); // Vault itself encrypts
    kmsCipher.init(Cipher.ENCRYPT_MODE, key, context);
    byte[] blob = kmsCipher.doFinal(letter);
    kmsCipher.init(Cipher.DECRYPT_MODE, key, context);
    System.out.println("KMS: " + new String(kmsCipher.doFinal(blob), StandardCharsets.UTF_8));

    KmsEnvelope envelope = KmsEnvelope.under(key); // Vault wraps one data key, the bytes stay here
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    envelope.seal(new ByteArrayInputStream(new byte[1 << 20]), sealed);
    long opened =
        envelope.open(
            new ByteArrayInputStream(sealed.toByteArray()),
            java.io.OutputStream.nullOutputStream());
    System.out.println("KMSEnvelope: " + opened + " bytes");

    try {
      Cipher.getInstance("AES/GCM/NoPadding", provider).init(Cipher.ENCRYPT_MODE, key);
      System.out.println("AES/GCM: this backend lends its material");
    } catch (InvalidKeyException e) {
      System.out.println("AES/GCM: " + e.getMessage());
    }
    kms.stop();
  }
}
