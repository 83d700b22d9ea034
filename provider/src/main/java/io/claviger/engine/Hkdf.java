package io.claviger.engine;

import java.util.Arrays;
import javax.crypto.Mac;

/**
 * HKDF (RFC 5869) with SHA-256, SHA-384 or SHA-512.
 *
 * <p>Threads: safe. Inputs are not changed; answers belong to the caller.
 */
public enum Hkdf {
  SHA_256("HmacSHA256", 32),
  SHA_384("HmacSHA384", 48),
  SHA_512("HmacSHA512", 64);

  private final String macAlgorithm;
  private final int hashBytes;

  Hkdf(String macAlgorithm, int hashBytes) {
    this.macAlgorithm = macAlgorithm;
    this.hashBytes = hashBytes;
  }

  /** HKDF-Extract (RFC 5869 section 2.2): returns the pseudorandom key. */
  public byte[] extract(byte[] salt, byte[] inputKey) {
    return RawCiphers.mac(macAlgorithm, salt).doFinal(inputKey);
  }

  /**
   * HKDF-Expand (RFC 5869 section 2.3): returns {@code length} bytes.
   *
   * @throws IllegalArgumentException if {@code length} is above 255 hash lengths
   */
  public byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
    if (length < 0 || length > 255 * hashBytes) {
      throw new IllegalArgumentException(
          "HKDF gives 0 to %d bytes, not %d".formatted(255 * hashBytes, length));
    }
    Mac mac = RawCiphers.mac(macAlgorithm, pseudorandomKey);
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    for (int done = 0, counter = 1; done < length; done += hashBytes, counter++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) counter);
      block = mac.doFinal();
      System.arraycopy(block, 0, out, done, Math.min(hashBytes, length - done));
    }
    Arrays.fill(block, (byte) 0);
    return out;
  }

  /** Extract and expand in one. */
  public byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int length) {
    byte[] pseudorandomKey = extract(salt, inputKey);
    try {
      return expand(pseudorandomKey, info, length);
    } finally {
      Arrays.fill(pseudorandomKey, (byte) 0);
    }
  }
}
