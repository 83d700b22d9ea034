package io.claviger.format;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first 24 bytes of a part (format 4.1): {@code "CLVG" | version 1 | flags 1 | part number 2 |
 * plaintext length 8 | offset 8}, numbers big-endian. Nothing in it is trusted before the FLOE
 * header tag, which it is associated data of, was verified.
 *
 * @param last whether this is the object's last part
 * @param partNumber from 1 to {@value #MAX_PART_NUMBER}
 * @param plainBytes plaintext length of the part
 * @param offset plaintext bytes of the object before this part, or {@link #OFFSET_UNKNOWN}
 */
public record Preamble(boolean last, int partNumber, long plainBytes, long offset) {
  /** Length of a preamble. */
  public static final int BYTES = 24;

  /** Highest part number of S3. */
  public static final int MAX_PART_NUMBER = 10_000;

  /** Stored as all ones: the writer did not know the earlier parts. */
  public static final long OFFSET_UNKNOWN = -1;

  private static final int MAGIC = 0x434C5647;
  private static final byte VERSION = 1;
  private static final int LAST_FLAG = 1;
  private static final byte[] AAD_LABEL =
      "io.claviger/object/v1\0".getBytes(StandardCharsets.US_ASCII);

  /** Returns the preamble of an object that is one part. */
  public static Preamble single(long plainBytes) {
    return new Preamble(true, 1, plainBytes, 0);
  }

  /**
   * Returns the preamble of a part of an upload (format 6.1). Whether it is the last needs no
   * memory of the upload: only the last part may be stored in less than 5 MiB, and nothing can
   * follow part 10,000.
   *
   * @param offset plaintext bytes before it, or {@link #OFFSET_UNKNOWN}; part 1 always has offset 0
   * @throws FormatException PART_NUMBER, TOO_LARGE or OFFSET for a value out of range
   */
  public static Preamble ofUpload(int partNumber, long plainBytes, long offset) {
    return new Preamble(
        isLastOfUpload(partNumber, Layout.storedBytes(plainBytes)),
        partNumber,
        plainBytes,
        partNumber == 1 ? 0 : offset);
  }

  /** Whether a part of an upload, stored in so many bytes, carries the last flag (format 6.1). */
  public static boolean isLastOfUpload(int partNumber, long storedBytes) {
    return storedBytes < Layout.MIN_PART_STORED_BYTES || partNumber == MAX_PART_NUMBER;
  }

  /**
   * @throws FormatException PART_NUMBER, TOO_LARGE or OFFSET for a value out of range
   */
  public Preamble {
    if (partNumber < 1 || partNumber > MAX_PART_NUMBER) {
      throw new FormatException(
          Failure.PART_NUMBER,
          "part number %d, expected 1 to %d. Stored bytes that say so were changed: restore the object"
              .formatted(partNumber, MAX_PART_NUMBER));
    }
    if (plainBytes < 0 || plainBytes > Layout.MAX_PLAIN_BYTES) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "a part of %s bytes, expected at most %d. Stored bytes that say so were changed: restore the object"
              .formatted(Long.toUnsignedString(plainBytes), Layout.MAX_PLAIN_BYTES));
    }
    if (offset < OFFSET_UNKNOWN || partNumber == 1 && offset != 0) {
      throw new FormatException(
          Failure.OFFSET,
          "part %d at offset %s, which cannot be. Stored bytes that say so were changed: restore the object"
              .formatted(
                  partNumber,
                  offset == OFFSET_UNKNOWN ? "unknown" : Long.toUnsignedString(offset)));
    }
  }

  /**
   * Reads the first 24 of {@code bytes}.
   *
   * @throws FormatException TRUNCATED, WRONG_MAGIC, UNKNOWN_VERSION, UNKNOWN_FLAGS, or as the
   *     constructor
   */
  public static Preamble decode(byte[] bytes) {
    if (bytes.length < BYTES) {
      throw new FormatException(
          Failure.TRUNCATED,
          "%d bytes where a preamble of %d begins; the end of the object is missing. Restore it"
              .formatted(bytes.length, BYTES));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt() != MAGIC) {
      throw new FormatException(
          Failure.WRONG_MAGIC,
          "the bytes do not begin with \"CLVG\": this is no part sealed by Claviger. Restore the object");
    }
    byte version = in.get();
    if (version != VERSION) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "format version %d, this library reads version %d. Use a newer one"
              .formatted(version & 0xff, VERSION));
    }
    int flags = in.get() & 0xff;
    if ((flags & ~LAST_FLAG) != 0) {
      throw new FormatException(
          Failure.UNKNOWN_FLAGS,
          "unknown flags 0x%02x in the preamble, this library knows 0x01. Use a newer one, or restore the object"
              .formatted(flags));
    }
    return new Preamble(flags == LAST_FLAG, in.getShort() & 0xffff, in.getLong(), in.getLong());
  }

  /** Returns the 24 bytes, which belong to the caller. */
  public byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .putInt(MAGIC)
        .put(VERSION)
        .put((byte) (last ? LAST_FLAG : 0))
        .putShort((short) partNumber)
        .putLong(plainBytes)
        .putLong(offset)
        .array();
  }

  /** Returns the first {@link Layout#PROLOGUE_BYTES} bytes of a part with this FLOE header. */
  byte[] prologue(byte[] floeHeader) {
    return ByteBuffer.allocate(Layout.PROLOGUE_BYTES).put(encode()).put(floeHeader).array();
  }

  /** Returns the associated data of the part's FLOE message (format 4.2). */
  byte[] floeAad() {
    return ByteBuffer.allocate(AAD_LABEL.length + BYTES).put(AAD_LABEL).put(encode()).array();
  }
}
