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

  /** What a Mac that lies here is keyed with, in the place of a secret. */
  private final SecretKeySpec nothing;

  /** Making a Mac costs as much as two of its blocks (OneCore: 13 % of a data key). */
  private final Spares<Mac> macs;

  Hkdf(String macAlgorithm, int hashBytes) {
    this.hashBytes = hashBytes;
    this.nothing = new SecretKeySpec(new byte[1], macAlgorithm);
    this.macs = new Spares<>(() -> RawCiphers.mac(macAlgorithm, new byte[1]));
  }

  private Mac keyed(byte[] key) {
    Mac mac = macs.take();
    RawCiphers.rekey(mac, key);
    return mac;
  }

  private void giveBack(Mac mac) {
    RawCiphers.rekey(mac, nothing);
    macs.giveBack(mac);
  }

  /** HKDF-Extract (RFC 5869 section 2.2): returns the pseudorandom key. */
  public byte[] extract(byte[] salt, byte[] inputKey) {
    Mac mac = keyed(salt);
    byte[] pseudorandomKey = mac.doFinal(inputKey);
    giveBack(mac);
    return pseudorandomKey;
  }

  /**
   * HKDF-Expand (RFC 5869 section 2.3): returns {@code length} bytes.
   *
   * @throws IllegalArgumentException if {@code length} is above 255 hash lengths
   */
  public byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
    Mac mac = keyed(pseudorandomKey);
    byte[] out = expand(mac, info, length);
    giveBack(mac);
    return out;
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
    byte[] pseudorandomKey = mac.doFinal(inputKey);
    RawCiphers.rekey(mac, pseudorandomKey);
    Arrays.fill(pseudorandomKey, (byte) 0);
    byte[] out = expand(mac, info, length);
    giveBack(mac);
    return out;
  }
}
