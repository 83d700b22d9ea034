package io.claviger.encryption;

import io.claviger.engine.AesGcm;
import io.claviger.engine.Hkdf;
import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import io.claviger.kms.SecretBytes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects that the Amazon S3 Encryption Client wrote under an AES key of the caller: versions
 * 2 and 3 of its message format with AES-GCM, whole objects only. For the time of a migration;
 * nothing is written this way.
 *
 * <p>Guarantee: nothing unauthenticated is returned. Its modes without authentication (AES-CBC, and
 * AES-CTR for ranges) are not there. Limits: such an object is one AES-GCM message, so all of it is
 * held before any of it is returned, which {@code maxPlainBytes} bounds; and nothing binds it to
 * its name, so an object that somebody moved opens.
 *
 * <p>Immutable and safe for threads. Never blocks.
 */
public final class ForeignS3ec {
  /** Length in bytes of the caller's key. */
  public static final int KEY_BYTES = 32;

  private static final byte[] SUITE = {0, ForeignEnvelope.COMMITTING_SUITE};
  private static final byte[] COMMIT_LABEL = label("COMMITKEY");
  private static final byte[] KEY_LABEL = label("DERIVEKEY");
  private static final byte[] NO_AAD = {};

  private final SecretBytes key;
  private final int maxPlainBytes;

  private ForeignS3ec(SecretBytes key, int maxPlainBytes) {
    this.key = key;
    this.maxPlainBytes = maxPlainBytes;
  }

  /**
   * Returns a reader with the caller's raw key, which is copied, for objects of up to {@code
   * maxPlainBytes} bytes.
   *
   * @throws IllegalArgumentException if the key has other than {@value #KEY_BYTES} bytes, or the
   *     limit is below 1 or above 1 GiB
   */
  public static ForeignS3ec importRawKey(byte[] key, int maxPlainBytes) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "the S3 Encryption Client's AES key has %d bytes here, found %d"
              .formatted(KEY_BYTES, key.length));
    }
    if (maxPlainBytes < 1 || maxPlainBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "objects are held in memory: the limit is 1 byte to 1 GiB, found " + maxPlainBytes);
    }
    return new ForeignS3ec(SecretBytes.copyOf(key), maxPlainBytes);
  }

  /**
   * Whether metadata (lower-case names, without prefix) says that the S3 Encryption Client wrote.
   */
  public static boolean wrote(Map<String, String> metadata) {
    return ForeignEnvelope.isIn(metadata);
  }

  /** Returns the names of user metadata that the S3 Encryption Client writes. */
  public static Set<String> metadataNames() {
    return ForeignEnvelope.NAMES;
  }

  /**
   * Returns the plaintext bytes of {@code storedBytes} stored ones.
   *
   * @throws FormatException LENGTH below the tag's 16 bytes, TOO_LARGE above the limit
   */
  public int plainBytes(long storedBytes) {
    long bytes = storedBytes - AesGcm.TAG_BYTES;
    if (bytes < 0) {
      throw new FormatException(
          Failure.LENGTH,
          "%d bytes stored, fewer than the S3 Encryption Client's tag. Restore the object"
              .formatted(storedBytes));
    }
    if (bytes > maxPlainBytes) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "the S3 Encryption Client wrote %d bytes as one message, of which nothing may be released before all of it is verified; the limit here is %d. Raise the limit, or read it with that client"
              .formatted(bytes, maxPlainBytes));
    }
    return (int) bytes;
  }

  /**
   * Returns the plaintext of a whole object.
   *
   * @param metadata lower-case names, without prefix
   * @param stored all stored bytes
   * @throws FormatException ENVELOPE_INCOMPLETE, ENVELOPE_MALFORMED, UNKNOWN_VERSION; LENGTH,
   *     TOO_LARGE; KEY_WRAP when the key does not open it or the commitment differs; SEGMENT when
   *     its bytes are not those that were written
   */
  public byte[] open(Map<String, String> metadata, byte[] stored) {
    ForeignEnvelope envelope = ForeignEnvelope.read(metadata);
    byte[] plain = new byte[plainBytes(stored.length)];
    byte[] dataKey = unwrap(envelope);
    byte[] contentKey = dataKey;
    byte[] aad = NO_AAD;
    try {
      if (envelope.messageId() != null) {
        contentKey = derive(dataKey, envelope.messageId(), envelope.commitment());
        aad = SUITE;
      }
      int opened =
          new AesGcm(contentKey).open(envelope.iv(), 0, aad, stored, 0, stored.length, plain, 0);
      if (opened != plain.length) {
        throw new FormatException(
            Failure.SEGMENT,
            "tag mismatch, the bytes received are not the bytes that the S3 Encryption Client wrote. Nothing of it was returned. Restore the object or read another version");
      }
      return plain;
    } finally {
      Arrays.fill(dataKey, (byte) 0);
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  private byte[] unwrap(ForeignEnvelope envelope) {
    byte[] wrapped = envelope.wrappedKey();
    byte[] dataKey = new byte[wrapped.length - AesGcm.IV_BYTES - AesGcm.TAG_BYTES];
    int opened =
        key.use(
            raw ->
                new AesGcm(raw)
                    .open(
                        wrapped,
                        0,
                        envelope.wrapAad(),
                        wrapped,
                        AesGcm.IV_BYTES,
                        wrapped.length - AesGcm.IV_BYTES,
                        dataKey,
                        0));
    if (opened != dataKey.length) {
      throw new FormatException(
          Failure.KEY_WRAP,
          "the data key of the S3 Encryption Client does not open: another AES key, or changed metadata. Give the key it was written with");
    }
    return dataKey;
  }

  private static byte[] derive(byte[] dataKey, byte[] messageId, byte @Nullable [] commitment) {
    byte[] pseudorandomKey = Hkdf.SHA_512.extract(messageId, dataKey);
    try {
      byte[] committed = Hkdf.SHA_512.expand(pseudorandomKey, COMMIT_LABEL, messageId.length);
      if (!MessageDigest.isEqual(committed, commitment)) {
        throw new FormatException(
            Failure.KEY_WRAP,
            "the key commitment of the S3 Encryption Client differs: its metadata was changed. Restore the object");
      }
      return Hkdf.SHA_512.expand(pseudorandomKey, KEY_LABEL, KEY_BYTES);
    } finally {
      Arrays.fill(pseudorandomKey, (byte) 0);
    }
  }

  private static byte[] label(String text) {
    byte[] label = new byte[SUITE.length + text.length()];
    System.arraycopy(SUITE, 0, label, 0, SUITE.length);
    for (int i = 0; i < text.length(); i++) {
      label[SUITE.length + i] = (byte) text.charAt(i);
    }
    return label;
  }

  @Override
  public String toString() {
    return "ForeignS3ec[key=***redacted***, maxPlainBytes=%d]".formatted(maxPlainBytes);
  }
}
