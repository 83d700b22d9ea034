package io.claviger.e2e.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What RustFS (development snapshot 20d1266496) writes into Vault, by hand. */
final class RustfsByHand {
  /** The data key in every envelope. */
  static final byte[] DATA_KEY = filled(5);

  private RustfsByHand() {}

  static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** A top record in KV; {@code more} goes in front of the closing brace. */
  static String topRecord(int version, byte[] material, String status, String more) {
    return """
        {"algorithm":"AES_256","usage":"EncryptDecrypt","created_at":"2026-01-01T00:00:00+00:00[UTC]",
         "status":"%s","version":%d,"description":"orders","metadata":{"m":"1"},"tags":{"team":"a"},
         "deletion_date":null,"rotated_at":null,"encrypted_key_material":"%s",
         "wrap_budget_reserved":4096%s}
        """
        .formatted(status, version, Base64.getEncoder().encodeToString(material), more);
  }

  static String versionRecord(int version, byte[] material) {
    return """
        {"version":%d,"encrypted_key_material":"%s","created_at":"2026-02-01T00:00:00+00:00[Etc/Unknown]"}
        """
        .formatted(version, Base64.getEncoder().encodeToString(material));
  }

  /** An envelope of a data key under a KV key; {@code context} is canonical. */
  static byte[] envelope(
      String keyId, byte[] material, String version, String context, boolean bound)
      throws GeneralSecurityException {
    byte[] iv = new byte[12];
    iv[0] = 1;
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(material, "AES"), new GCMParameterSpec(128, iv));
    if (bound) {
      cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    }
    return envelope(
        keyId,
        cipher.doFinal(DATA_KEY),
        iv,
        context,
        version + (bound ? ",\"context_binding\":1" : ""));
  }

  /** An envelope of a data key that Transit wrapped. */
  static byte[] transitEnvelope(String keyId, String ciphertext, String context) {
    byte[] ascii = ciphertext.getBytes(StandardCharsets.US_ASCII);
    return envelope(keyId, ascii, new byte[0], context, "");
  }

  private static byte[] envelope(
      String keyId, byte[] encryptedKey, byte[] iv, String context, String more) {
    return """
        {"key_id":"d-1","master_key_id":"%s","key_spec":"AES_256","encrypted_key":%s,"nonce":%s,"encryption_context":%s,"created_at":"2026-01-01T00:00:00+00:00[UTC]"%s}\
        """
        .formatted(keyId, integers(encryptedKey), integers(iv), context, more)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String integers(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return Arrays.toString(values).replace(" ", "");
  }
}
