package io.claviger.backend.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What RustFS (development snapshot 20d1266496) writes, by hand. The legacy material is checked
 * against RustFS's own fixture; that under Argon2id was computed with two independent libraries.
 */
final class RustfsVectors {
  static final String LEGACY = "xjwGa4Lj4qzKg6XQl8s2btyFkPHPChMAkjqs268TFGyvFUv8WjDD5HQCUDLViZmt";
  static final String LEGACY_MASTER_KEY = "beta5-test-master-key";
  static final String LEGACY_NONCE = "[0,1,2,3,4,5,6,7,8,9,10,11]";
  static final String ARGON2 = "GWigGPfGAdCoXY0q0gUn7wRrBJQvCbtWBIxzUQ4pj0ilob/Tw8caUDjDd8bxZiqN";
  static final String ARGON2_MASTER_KEY = "interop-master-key";
  static final String ARGON2_KEY =
      "ebab5ff025a4d477f4707b7684b12282923d9f8ac2efe39bec093c7adf265168";
  static final String ZERO_NONCE = "[0,0,0,0,0,0,0,0,0,0,0,0]";
  static final byte[] MATERIAL = new byte[32];

  static {
    Arrays.fill(MATERIAL, (byte) 0x42);
  }

  private RustfsVectors() {}

  static Path folder(Path parent) throws IOException {
    Path rustfs = Files.createDirectory(parent.resolve("rustfs"));
    Files.write(rustfs.resolve(".master-key.salt"), salt());
    return rustfs;
  }

  static byte[] salt() {
    byte[] salt = new byte[16];
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) i;
    }
    return salt;
  }

  static void put(Path rustfs, String id, String json) throws IOException {
    Files.writeString(rustfs.resolve(id + ".key"), json);
  }

  static String record(String id, String material, String nonce, String marker) {
    return """
        {"format_version":1,"key_id":"%s","version":1,"algorithm":"AES_256","usage":"EncryptDecrypt",
         "status":"Active","description":"d","metadata":{"team":"a"},
         "created_at":"2026-01-01T00:00:00+00:00[UTC]","rotated_at":null,"created_by":"root",
         "encrypted_key_material":"%s","nonce":%s%s,"a_field_of_tomorrow":1}
        """
        .formatted(
            id,
            material,
            nonce,
            marker.isEmpty() ? "" : ",\"at_rest_protection\":\"" + marker + "\"");
  }

  static byte[] envelope(Map<String, String> context, boolean bound)
      throws GeneralSecurityException {
    byte[] iv = new byte[12];
    iv[3] = 9;
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(MATERIAL, "AES"), new GCMParameterSpec(128, iv));
    String canonical = context.isEmpty() ? "{}" : "{\"bucket\":\"" + context.get("bucket") + "\"}";
    if (bound) {
      cipher.updateAAD(canonical.getBytes(StandardCharsets.UTF_8));
    }
    byte[] dataKey = new byte[32];
    Arrays.fill(dataKey, (byte) 5);
    return """
        {"key_id":"d","master_key_id":"k","key_spec":"AES_256","encrypted_key":%s,"nonce":%s,"encryption_context":%s,"created_at":"2026-01-01T00:00:00Z"%s}\
        """
        .formatted(
            integers(cipher.doFinal(dataKey)),
            integers(iv),
            canonical,
            bound ? ",\"context_binding\":1" : "")
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
