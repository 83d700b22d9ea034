package io.claviger.vectors;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The algorithms that format.md names, as the JDK has them. */
final class ByHand {
  private ByHand() {}

  static byte[] bytes(byte[]... pieces) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] number(int bytes, long value) {
    return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(value).array(), 8 - bytes, 8);
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static String sha256(byte[] bytes) {
    try {
      return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Fixed bytes of a vector: SHA-256 of what they are for, repeated to the length. */
  static byte[] fixed(String purpose, int length) {
    byte[] block = HexFormat.of().parseHex(sha256(utf8(purpose)));
    byte[] all = new byte[length];
    for (int i = 0; i < length; i++) {
      all[i] = block[i % block.length];
    }
    return all;
  }

  static byte[] hmac(String algorithm, byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** HKDF-Expand (RFC 5869 section 2.3). */
  static byte[] expand(String hmac, byte[] key, byte[] info, int length) {
    byte[] all = new byte[0];
    byte[] block = new byte[0];
    for (int i = 1; all.length < length; i++) {
      block = hmac(hmac, key, bytes(block, info, new byte[] {(byte) i}));
      all = bytes(all, block);
    }
    return Arrays.copyOf(all, length);
  }

  /** AES-256-GCM: ciphertext and tag. */
  static byte[] gcm(byte[] key, byte[] iv, byte[] aad, byte[] plain) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
      cipher.updateAAD(aad);
      return cipher.doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Block {@code number} of the AES-256-CTR keystream under {@code seed} (format 5.2). */
  static byte[] keystream(byte[] seed, long number) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      byte[] counter = bytes(new byte[8], number(8, number));
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"), new IvParameterSpec(counter));
      return cipher.doFinal(new byte[16]);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
