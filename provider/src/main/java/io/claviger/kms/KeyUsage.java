package io.claviger.kms;

import java.util.function.IntPredicate;

/** What a key may be used for; enforced on every operation. */
public enum KeyUsage {
  /** Ciphers, wrapping and data keys; no Mac. */
  ENCRYPT_DECRYPT(
      "EncryptDecrypt",
      bits -> bits == 128 || bits == 192 || bits == 256,
      "an AES key of 128, 192 or 256 bits"),
  /** Mac only; no cipher, no wrapping. */
  SIGN_VERIFY(
      "SignVerify",
      bits -> bits >= 128 && bits <= 8192 && bits % 8 == 0,
      "a MAC key of 16 to 1,024 bytes (128 to 8,192 bits)");

  /** Length in bits of a key whose maker does not say: it serves both usages. */
  public static final int USUAL_BITS = 256;

  private final String wireName;
  private final IntPredicate takes;
  private final String lengths;

  KeyUsage(String wireName, IntPredicate takes, String lengths) {
    this.wireName = wireName;
    this.takes = takes;
    this.lengths = lengths;
  }

  /** Returns the name used in JSON. */
  public String wireName() {
    return wireName;
  }

  /**
   * Returns {@code bits}, the length of a raw key for this usage: 128, 192 or 256 for {@link
   * #ENCRYPT_DECRYPT}, a multiple of 8 from 128 to 8,192 for {@link #SIGN_VERIFY}.
   *
   * @throws KmsException INVALID_REQUEST for any other length
   */
  public int requireBits(int bits) {
    if (!takes.test(bits)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "a key of %d bits for %s, expected %s".formatted(bits, wireName, lengths));
    }
    return bits;
  }
}
