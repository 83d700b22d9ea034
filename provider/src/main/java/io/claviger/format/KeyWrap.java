package io.claviger.format;

import io.claviger.engine.AesGcm;
import io.claviger.engine.Entropy;
import io.claviger.engine.Hkdf;
import io.claviger.engine.ObjectPool;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The wrap of keys and small messages (format 2.4): {@code 0x01 | place | salt 32 | ciphertext |
 * tag 16}, AES-256-GCM under a key and an IV that HKDF-SHA-256 derives for each wrap from a fresh
 * salt. So there is no limit on the number of wraps under one wrapping key.
 *
 * <p>{@code place} is empty, or {@code version 4 | version id 8} in a wrap by a versioned master
 * key.
 *
 * <p>Threads: immutable, safe. Arrays are not kept; answers belong to the caller.
 */
public final class KeyWrap {
  /** Length of a version id in bytes. */
  public static final int VERSION_ID_BYTES = 8;

  private static final byte WRAP_VERSION = 1;
  private static final int SALT_BYTES = 32;
  private static final int KEY_BYTES = 32;
  private static final int VERSIONED_PLACE_BYTES = Integer.BYTES + VERSION_ID_BYTES;

  /** A key of one wrap may stay in a spare cipher until the next: it opens that one blob only. */
  private static final ObjectPool<AesGcm> CIPHERS =
      new ObjectPool<>(() -> new AesGcm(new byte[KEY_BYTES]));

  private final byte[] label;

  private KeyWrap(String label) {
    this.label = label.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the wrap with this label; each use of wrapping keys has its own (format 2.4). */
  public static KeyWrap labelled(String label) {
    return new KeyWrap(label);
  }

  /**
   * Version of a master key that wrapped a blob.
   *
   * @param number from 1
   * @param id random bytes of this version, so that a version of another history never matches
   */
  public record Version(int number, long id) {
    /**
     * Returns a version as key records hold it.
     *
     * @param hexId 16 lower-case hexadecimal digits
     * @throws IllegalArgumentException if {@code hexId} has another form
     */
    public static Version of(int number, String hexId) {
      Version version = new Version(number, HexFormat.fromHexDigitsToLong(hexId));
      if (!version.hexId().equals(hexId)) {
        throw new IllegalArgumentException("version id \"" + hexId + "\": expected 16 digits");
      }
      return version;
    }

    /** Returns the id as 16 lower-case hexadecimal digits: JSON numbers lose bits of it. */
    public String hexId() {
      return HexFormat.of().toHexDigits(id);
    }
  }

  /** Wraps {@code plain} under {@code wrappingKey} with {@code context} (canonical bytes). */
  public byte[] wrap(byte[] wrappingKey, byte[] plain, byte[] context) {
    return seal(wrappingKey, new byte[0], plain, aad(context));
  }

  /**
   * Opens a blob of {@link #wrap}.
   *
   * @throws FormatException KEY_WRAP if it is malformed or not authentic
   */
  public byte[] unwrap(byte[] wrappingKey, byte[] blob, byte[] context) {
    return open(wrappingKey, 0, blob, aad(context));
  }

  /** Wraps {@code plain} under version {@code version} of master key {@code keyId}. */
  public byte[] wrap(
      byte[] wrappingKey, String keyId, Version version, byte[] plain, byte[] context) {
    byte[] place = place(version);
    return seal(wrappingKey, place, plain, aad(place, keyId, context));
  }

  /**
   * Opens a blob of a versioned master key.
   *
   * @throws FormatException KEY_WRAP if it is malformed or not authentic
   */
  public byte[] unwrap(byte[] wrappingKey, String keyId, byte[] blob, byte[] context) {
    byte[] place = place(versionOf(blob));
    return open(wrappingKey, place.length, blob, aad(place, keyId, context));
  }

  /**
   * Returns the version that a blob of a versioned master key names; not yet authenticated.
   *
   * @throws FormatException KEY_WRAP if the blob is malformed
   */
  public static Version versionOf(byte[] blob) {
    requireForm(VERSIONED_PLACE_BYTES, blob);
    ByteBuffer in = ByteBuffer.wrap(blob, 1, VERSIONED_PLACE_BYTES);
    return new Version(in.getInt(), in.getLong());
  }

  /** Whether {@code blob} has the form of a data key that a versioned master key wrapped. */
  public static boolean isVersionedDataKey(byte[] blob) {
    return blob.length == overhead(VERSIONED_PLACE_BYTES) + KEY_BYTES && blob[0] == WRAP_VERSION;
  }

  private byte[] seal(byte[] wrappingKey, byte[] place, byte[] plain, byte[] aad) {
    byte[] salt = Entropy.bytes(SALT_BYTES);
    int saltEnd = 1 + place.length + SALT_BYTES;
    byte[] blob = new byte[saltEnd + plain.length + AesGcm.TAG_BYTES];
    ByteBuffer.wrap(blob).put(WRAP_VERSION).put(place).put(salt);
    byte[] derived = derive(wrappingKey, salt);
    AesGcm gcm = CIPHERS.take();
    try {
      gcm.rekey(derived, KEY_BYTES);
      gcm.seal(derived, KEY_BYTES, aad, plain, 0, plain.length, blob, saltEnd);
    } finally {
      CIPHERS.giveBack(gcm);
      Arrays.fill(derived, (byte) 0);
    }
    return blob;
  }

  private byte[] open(byte[] wrappingKey, int placeBytes, byte[] blob, byte[] aad) {
    requireForm(placeBytes, blob);
    int saltEnd = 1 + placeBytes + SALT_BYTES;
    byte[] salt = Arrays.copyOfRange(blob, saltEnd - SALT_BYTES, saltEnd);
    byte[] plain = new byte[blob.length - overhead(placeBytes)];
    byte[] derived = derive(wrappingKey, salt);
    int opened;
    AesGcm gcm = CIPHERS.take();
    try {
      gcm.rekey(derived, KEY_BYTES);
      opened = gcm.open(derived, KEY_BYTES, aad, blob, saltEnd, blob.length - saltEnd, plain, 0);
    } finally {
      CIPHERS.giveBack(gcm);
      Arrays.fill(derived, (byte) 0);
    }
    if (opened < 0) {
      throw refused("tag mismatch: another key, another context, or changed bytes");
    }
    return plain;
  }

  private byte[] derive(byte[] wrappingKey, byte[] salt) {
    return Hkdf.SHA_256.deriveOnce(wrappingKey, salt, label, KEY_BYTES + AesGcm.IV_BYTES);
  }

  private byte[] aad(byte[] context) {
    return ByteBuffer.allocate(label.length + 1 + context.length)
        .put(label)
        .put((byte) 0)
        .put(context)
        .array();
  }

  private byte[] aad(byte[] place, String keyId, byte[] context) {
    byte[] id = Utf8.encode(keyId);
    int tailBytes = place.length + Integer.BYTES + id.length + context.length;
    return ByteBuffer.allocate(label.length + 1 + tailBytes)
        .put(label)
        .put((byte) 0)
        .put(place)
        .putInt(id.length)
        .put(id)
        .put(context)
        .array();
  }

  private static byte[] place(Version version) {
    return ByteBuffer.allocate(VERSIONED_PLACE_BYTES)
        .putInt(version.number())
        .putLong(version.id())
        .array();
  }

  private static int overhead(int placeBytes) {
    return 1 + placeBytes + SALT_BYTES + AesGcm.TAG_BYTES;
  }

  private static void requireForm(int placeBytes, byte[] blob) {
    if (blob.length < overhead(placeBytes)) {
      throw refused("%d bytes, expected at least %d".formatted(blob.length, overhead(placeBytes)));
    }
    if (blob[0] != WRAP_VERSION) {
      throw refused("wrap version %d, expected %d".formatted(blob[0] & 0xff, WRAP_VERSION));
    }
  }

  private static FormatException refused(String found) {
    return new FormatException(Failure.KEY_WRAP, "wrapped key refused: " + found);
  }
}
