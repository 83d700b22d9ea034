package io.claviger.encryption;

import io.claviger.engine.AesGcm;
import io.claviger.engine.Hkdf;
import io.claviger.engine.RsaOaep;
import io.claviger.engine.UnverifiedGcm;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Keys under which the Amazon S3 Encryption Client wrapped the data keys of objects, to read these:
 * versions 2 and 3 of its message format with AES-GCM, whole objects only. For the time of a
 * migration; nothing is written this way.
 *
 * <pre>{@code
 * S3EncryptionClientKeys.objectsUpTo(64 << 20).rsa(privateKey)
 *     .kms((blob, context) -> kms.decrypt(
 *         b -> b.keyId(arn).ciphertextBlob(SdkBytes.fromByteArray(blob)).encryptionContext(context))
 *         .plaintext().asByteArray())
 * }</pre>
 *
 * <p>Guarantee: nothing unauthenticated is returned. Its modes without authentication (AES-CBC, and
 * AES-CTR for ranges) are not there. Limits: such an object is one AES-GCM message, so all of it is
 * held before any of it is returned, which the limit bounds; and nothing binds it to its name, so
 * an object that somebody moved opens.
 *
 * <p>Immutable and safe for threads. Reading blocks for what {@link KmsDecrypt} and a device that
 * holds a private key take, else never.
 */
public final class S3EncryptionClientKeys {
  /** Length in bytes of the caller's AES key, and of every data key. */
  public static final int KEY_BYTES = 32;

  private static final byte[] SUITE = {0, ForeignEnvelope.COMMITTING_SUITE};
  private static final byte[] COMMIT_LABEL = label("COMMITKEY");
  private static final byte[] KEY_LABEL = label("DERIVEKEY");
  private static final byte[] NO_AAD = {};

  private final Map<ForeignWrapping, Unwrapping> keys;
  private final int maxPlainBytes;

  /** Opens a data key under one key of the caller; null if it does not open. */
  private interface Unwrapping {
    byte @Nullable [] open(ForeignEnvelope envelope);
  }

  /** The call Decrypt of AWS KMS, with credentials and region of the caller. */
  @FunctionalInterface
  public interface KmsDecrypt {
    /**
     * Returns the data key that AWS KMS encrypted; the array is wiped after use.
     *
     * @param ciphertextBlob what to decrypt; name the key that is expected, too, so that no key of
     *     another account is used
     * @param context the encryption context it was encrypted under, whole
     * @throws io.claviger.kms.KmsException reported by its kind: NOT_AUTHENTIC, UNAVAILABLE; any
     *     other exception is a cause of the one that the reader gets
     */
    byte[] decrypt(byte[] ciphertextBlob, Map<String, String> context);
  }

  private S3EncryptionClientKeys(Map<ForeignWrapping, Unwrapping> keys, int maxPlainBytes) {
    this.keys = keys;
    this.maxPlainBytes = maxPlainBytes;
  }

  /**
   * Returns no keys yet, for objects of up to {@code bytes} bytes of plaintext, each of which is
   * held in memory.
   *
   * @throws IllegalArgumentException if the limit is below 1 or above 1 GiB
   */
  public static S3EncryptionClientKeys objectsUpTo(int bytes) {
    if (bytes < 1 || bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "objects are held in memory: the limit is 1 byte to 1 GiB, found " + bytes);
    }
    return new S3EncryptionClientKeys(Map.of(), bytes);
  }

  private S3EncryptionClientKeys with(ForeignWrapping wrapping, Unwrapping key) {
    Map<ForeignWrapping, Unwrapping> all = new EnumMap<>(ForeignWrapping.class);
    all.putAll(keys);
    all.put(wrapping, key);
    return new S3EncryptionClientKeys(all, maxPlainBytes);
  }

  /**
   * Returns these keys and an AES key, whose bytes are copied.
   *
   * @throws IllegalArgumentException if the key gives no bytes, or other than {@value #KEY_BYTES}
   */
  public S3EncryptionClientKeys aes(SecretKey key) {
    byte[] raw = key.getEncoded();
    if (raw == null) {
      throw new IllegalArgumentException(
          "the S3 Encryption Client's key does not give its bytes: a raw AES key is needed");
    }
    SecretBytes secret = SecretBytes.takeOwnership(raw);
    if (raw.length != KEY_BYTES) {
      secret.close();
      throw new IllegalArgumentException(
          "the S3 Encryption Client's AES key has %d bytes here, found %d"
              .formatted(KEY_BYTES, raw.length));
    }
    return with(ForeignWrapping.AES, envelope -> underAes(secret, envelope));
  }

  /**
   * Returns these keys and the private key of an RSA pair, which may stay in a device: the security
   * provider that takes it decrypts.
   *
   * @throws IllegalArgumentException if it is no RSA key
   */
  public S3EncryptionClientKeys rsa(PrivateKey key) {
    if (!key.getAlgorithm().equals("RSA")) {
      throw new IllegalArgumentException(
          "the S3 Encryption Client wraps under RSA keys, found a private key of "
              + key.getAlgorithm());
    }
    return with(ForeignWrapping.RSA, envelope -> underRsa(key, envelope));
  }

  /** Returns these keys and those of AWS KMS that {@code decrypt} may use. */
  public S3EncryptionClientKeys kms(KmsDecrypt decrypt) {
    return with(
        ForeignWrapping.KMS,
        envelope -> decrypt.decrypt(envelope.wrappedKey().clone(), envelope.context()));
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
    requireTag(storedBytes);
    long bytes = storedBytes - AesGcm.TAG_BYTES;
    if (bytes > maxPlainBytes) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "the S3 Encryption Client wrote %d bytes as one message, of which nothing may be released before all of it is verified; the limit here is %d. Raise the limit, or read it with that client"
              .formatted(bytes, maxPlainBytes));
    }
    return (int) bytes;
  }

  private static void requireTag(long storedBytes) {
    if (storedBytes < AesGcm.TAG_BYTES) {
      throw new FormatException(
          Failure.LENGTH,
          "%d bytes stored, fewer than the S3 Encryption Client's tag. Restore the object"
              .formatted(storedBytes));
    }
  }

  /**
   * Returns the plaintext of a whole object.
   *
   * @param metadata lower-case names, without prefix
   * @param expected the context that its writer must have given for AWS KMS, whole; null for any
   * @param stored all stored bytes
   * @throws FormatException ENVELOPE_INCOMPLETE, ENVELOPE_MALFORMED; UNKNOWN_VERSION, also for a
   *     wrapping of which no key is here; CONTEXT if it is not {@code expected}; LENGTH, TOO_LARGE;
   *     KEY_WRAP when the key does not open it or the commitment differs; SEGMENT when its bytes
   *     are not those that were written
   */
  public byte[] open(
      Map<String, String> metadata, @Nullable EncryptionContext expected, byte[] stored) {
    ForeignEnvelope envelope = ForeignEnvelope.read(metadata);
    requireContext(envelope, expected);
    byte[] plain = new byte[plainBytes(stored.length)];
    byte[] contentKey = contentKey(envelope);
    try {
      int opened =
          new AesGcm(contentKey)
              .open(envelope.iv(), 0, aad(envelope), stored, 0, stored.length, plain, 0);
      if (opened != plain.length) {
        throw notAuthentic();
      }
      return plain;
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  /**
   * Unwraps the data key of an object of any size, to read it twice without holding it. The caller
   * closes the answer.
   *
   * @param metadata lower-case names, without prefix
   * @param storedBytes the stored size
   * @throws FormatException as {@link #open}, of what the metadata shows; LENGTH below the tag's 16
   *     bytes; TOO_LARGE above what AES-GCM can encrypt
   */
  public S3EncryptionClientMessage message(Map<String, String> metadata, long storedBytes) {
    ForeignEnvelope envelope = ForeignEnvelope.read(metadata);
    if (storedBytes - AesGcm.TAG_BYTES > UnverifiedGcm.MAX_BYTES) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "%d bytes stored, more than one message of the S3 Encryption Client has. Restore the object"
              .formatted(storedBytes));
    }
    requireTag(storedBytes);
    return new S3EncryptionClientMessage(
        contentKey(envelope), envelope.iv(), aad(envelope), storedBytes);
  }

  static FormatException notAuthentic() {
    return new FormatException(
        Failure.SEGMENT,
        "tag mismatch, the bytes received are not the bytes that the S3 Encryption Client wrote. Nothing of it was returned. Restore the object or read another version");
  }

  /** Returns the key that encrypts the content; the caller wipes it. */
  private byte[] contentKey(ForeignEnvelope envelope) {
    byte[] dataKey = unwrap(envelope);
    if (envelope.messageId() == null) {
      return dataKey;
    }
    try {
      return derive(dataKey, envelope.messageId(), envelope.commitment());
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private static byte[] aad(ForeignEnvelope envelope) {
    return envelope.messageId() == null ? NO_AAD : SUITE;
  }

  private static void requireContext(
      ForeignEnvelope envelope, @Nullable EncryptionContext expected) {
    Map<String, String> found = ForeignContext.ofCaller(envelope.context());
    if (expected != null && !expected.entries().equals(found)) {
      throw new FormatException(
          Failure.CONTEXT,
          "the S3 Encryption Client wrote this object under the context %s, expected %s. Read the object that belongs there, or state its context"
              .formatted(found.keySet(), expected.entries().keySet()));
    }
  }

  private byte[] unwrap(ForeignEnvelope envelope) {
    Unwrapping key = keys.get(envelope.wrapping());
    if (key == null) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "the S3 Encryption Client wrapped the data key of this object by %s, and no such key was given. Give it to S3EncryptionClientKeys"
              .formatted(envelope.wrapping().name2));
    }
    byte[] dataKey = key.open(envelope);
    if (dataKey == null || dataKey.length != KEY_BYTES) {
      throw new FormatException(
          Failure.KEY_WRAP,
          "the data key of the S3 Encryption Client does not open: another key, or changed metadata. Give the key it was written with");
    }
    return dataKey;
  }

  private static byte @Nullable [] underAes(SecretBytes key, ForeignEnvelope envelope) {
    byte[] wrapped = envelope.wrappedKey();
    byte[] dataKey = new byte[wrapped.length - AesGcm.IV_BYTES - AesGcm.TAG_BYTES];
    int opened =
        key.use(
            raw ->
                new AesGcm(raw)
                    .open(
                        wrapped,
                        0,
                        envelope.contentBytes(),
                        wrapped,
                        AesGcm.IV_BYTES,
                        wrapped.length - AesGcm.IV_BYTES,
                        dataKey,
                        0));
    return opened == dataKey.length ? dataKey : null;
  }

  /** What RSA wraps is the length of the data key, the data key, and the content algorithm. */
  private static byte @Nullable [] underRsa(PrivateKey key, ForeignEnvelope envelope) {
    byte[] found = RsaOaep.open(key, envelope.wrappedKey());
    byte[] content = envelope.contentBytes();
    if (found == null) {
      return null;
    }
    try {
      int end = 1 + KEY_BYTES;
      boolean good =
          found.length == end + content.length
              && found[0] == KEY_BYTES
              && Arrays.equals(found, end, found.length, content, 0, content.length);
      return good ? Arrays.copyOfRange(found, 1, end) : null;
    } finally {
      Arrays.fill(found, (byte) 0);
    }
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
    return "S3EncryptionClientKeys[%s, maxPlainBytes=%d]".formatted(keys.keySet(), maxPlainBytes);
  }
}
