package io.claviger.bulk.migrate;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An object as the Amazon S3 Encryption Client writes it under an AES key, in version 2 of its
 * format; that client itself writes those of the suites over real servers.
 */
record S3ecObject(byte[] body, Map<String, String> metadata) {
  static final SecretKey KEY = new SecretKeySpec(new byte[32], "AES");
  private static final String GCM = "AES/GCM/NoPadding";

  static S3ecObject of(byte[] plain) {
    byte[] dataKey = new byte[32];
    byte[] ivOfKey = new byte[12];
    byte[] iv = new byte[12];
    Random random = new Random(plain.length);
    random.nextBytes(dataKey);
    random.nextBytes(ivOfKey);
    random.nextBytes(iv);
    byte[] wrapped = seal(KEY, ivOfKey, GCM.getBytes(), dataKey);
    byte[] whole = new byte[ivOfKey.length + wrapped.length];
    System.arraycopy(ivOfKey, 0, whole, 0, ivOfKey.length);
    System.arraycopy(wrapped, 0, whole, ivOfKey.length, wrapped.length);
    Map<String, String> metadata = new HashMap<>();
    metadata.put("x-amz-key-v2", Base64.getEncoder().encodeToString(whole));
    metadata.put("x-amz-iv", Base64.getEncoder().encodeToString(iv));
    metadata.put("x-amz-cek-alg", GCM);
    metadata.put("x-amz-wrap-alg", "AES/GCM");
    metadata.put("x-amz-tag-len", "128");
    metadata.put("x-amz-matdesc", "{}");
    metadata.put("x-amz-unencrypted-content-length", Integer.toString(plain.length));
    metadata.put("mine", "kept");
    return new S3ecObject(
        seal(new SecretKeySpec(dataKey, "AES"), iv, new byte[0], plain), metadata);
  }

  private static byte[] seal(SecretKey key, byte[] iv, byte[] aad, byte[] plain) {
    try {
      Cipher cipher = Cipher.getInstance(GCM);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
      cipher.updateAAD(aad);
      return cipher.doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
