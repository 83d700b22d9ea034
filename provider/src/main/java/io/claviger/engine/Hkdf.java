package io.claviger.engine;

import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF (RFC 5869) with SHA-256, SHA-384 or SHA-512.
 *
 * <p>Threads: safe. Inputs are not changed; answers belong to the caller.
 */
public enum Hkdf {
  SHA_256("HmacSHA256", 32),
  SHA_384("HmacSHA384", 48),
  SHA_512("HmacSHA512", 64);

  private final int hashBytes;

  /** The key of a pooled Mac in place of a secret. */
  private final SecretKeySpec nothing;

  /** Making a Mac costs as much as two of its blocks (OneCore: 13 % of a data key). */
  private final ObjectPool<Mac> macs;

  Hkdf(String macAlgorithm, int hashBytes) {
    this.hashBytes = hashBytes;
    this.nothing = new SecretKeySpec(new byte[1], macAlgorithm);
    this.macs = new ObjectPool<>(() -> RawCiphers.mac(macAlgorithm, new byte[1]));
  }

  private Mac keyed(byte[] key) {
    Mac mac = macs.take();
    RawCiphers.rekey(mac, key);
    return mac;
  }

  private void wipe(Mac mac) {
    RawCiphers.rekey(mac, nothing);
    macs.giveBack(mac);
  }

  /** HKDF-Extract (RFC 5869 section 2.2): returns the pseudorandom key. */
  public byte[] extract(byte[] salt, byte[] inputKey) {
    Mac mac = keyed(salt);
    try {
      return mac.doFinal(inputKey);
    } finally {
      wipe(mac);
    }
  }

  /**
   * HKDF-Expand (RFC 5869 section 2.3): returns {@code length} bytes.
   *
   * @throws IllegalArgumentException if {@code length} is above 255 hash lengths
   */
  public byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
    Mac mac = keyed(pseudorandomKey);
    try {
      return expand(mac, info, length);
    } finally {
      wipe(mac);
    }
  }

  private byte[] expand(Mac mac, byte[] info, int length) {
    if (length < 0 || length > 255 * hashBytes) {
      throw new IllegalArgumentException(
          "HKDF gives 0 to %d bytes, not %d".formatted(255 * hashBytes, length));
    }
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
    Mac mac = keyed(salt);
    try {
      return derive(mac, inputKey, info, length);
    } finally {
      wipe(mac);
    }
  }

  /**
   * As {@link #derive} for a {@code salt} that is used once. The pseudorandom key, from which
   * nothing follows but this answer, may stay in memory until the next use of a pooled Mac: to wipe
   * it costs 2 % of a data key.
   */
  public byte[] deriveOnce(byte[] inputKey, byte[] salt, byte[] info, int length) {
    Mac mac = keyed(salt);
    try {
      return derive(mac, inputKey, info, length);
    } finally {
      macs.giveBack(mac);
    }
  }

  private byte[] derive(Mac mac, byte[] inputKey, byte[] info, int length) {
    byte[] pseudorandomKey = mac.doFinal(inputKey);
    RawCiphers.rekey(mac, pseudorandomKey);
    Arrays.fill(pseudorandomKey, (byte) 0);
    return expand(mac, info, length);
  }
}
