package io.claviger.format;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A wrap that a PKCS#11 token makes (format 2.4): the key never leaves the token, so no key is
 * derived for each wrap, and the IV is random.
 *
 * <p>Immutable. Threads: safe.
 *
 * @param version version of the master key, from 1
 * @param iv {@value #IV_BYTES} bytes; belongs to the receiver
 * @param sealed ciphertext and tag; belongs to the receiver
 */
public record TokenWrap(int version, byte[] iv, byte[] sealed) {
  /** Length of the IV that the token is given. */
  public static final int IV_BYTES = 12;

  private static final byte WRAP_VERSION = 2;
  private static final int TAG_BYTES = 16;
  private static final int DATA_KEY_BYTES = 32;
  private static final int FIXED_BYTES = 1 + Integer.BYTES + IV_BYTES;
  private static final byte[] LABEL =
      "io.claviger/wrap/pkcs11/v1\0".getBytes(StandardCharsets.US_ASCII);

  /** Returns the associated data of AES-GCM; the version is one of the key {@code keyId}. */
  public static byte[] aad(String keyId, int version, byte[] canonicalContext) {
    byte[] id = Utf8.encode(keyId);
    return ByteBuffer.allocate(
            LABEL.length + 2 * Integer.BYTES + id.length + canonicalContext.length)
        .put(LABEL)
        .putInt(version)
        .putInt(id.length)
        .put(id)
        .put(canonicalContext)
        .array();
  }

  /** Whether {@code blob} has the form of a data key that a token wrapped. */
  static boolean isDataKey(byte[] blob) {
    return blob.length == FIXED_BYTES + DATA_KEY_BYTES + TAG_BYTES && blob[0] == WRAP_VERSION;
  }

  /** Returns the blob. */
  public byte[] encode() {
    return ByteBuffer.allocate(FIXED_BYTES + sealed.length)
        .put(WRAP_VERSION)
        .putInt(version)
        .put(iv)
        .put(sealed)
        .array();
  }

  /**
   * Reads a blob; nothing of it is authentic before the token opened it.
   *
   * @throws FormatException KEY_WRAP if it is malformed
   */
  public static TokenWrap parse(byte[] blob) {
    ByteBuffer in = ByteBuffer.wrap(blob);
    if (blob.length < FIXED_BYTES + TAG_BYTES || in.get() != WRAP_VERSION) {
      throw new FormatException(
          Failure.KEY_WRAP,
          "wrapped key refused: %d bytes that are no wrap of a PKCS#11 token"
              .formatted(blob.length));
    }
    int version = in.getInt();
    byte[] iv = new byte[IV_BYTES];
    byte[] sealed = new byte[blob.length - FIXED_BYTES];
    in.get(iv).get(sealed);
    return new TokenWrap(version, iv, sealed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenWrap that && Arrays.equals(encode(), that.encode());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(iv);
  }

  @Override
  public String toString() {
    return "TokenWrap[v%d, %d bytes]".formatted(version, sealed.length);
  }
}
