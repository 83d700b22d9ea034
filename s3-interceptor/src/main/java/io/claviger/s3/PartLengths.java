package io.claviger.s3;

import io.claviger.format.Preamble;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.function.IntToLongFunction;

/**
 * What this process knows of the parts of one upload: their lengths, so that later parts can state
 * their offset (format 6.1). A length that an offset was built on does not change any more.
 *
 * <p>Threads: safe.
 */
final class PartLengths {
  private static final long UNKNOWN = -1;

  /** By part number, in bytes of plaintext; place 0 is not used. */
  private long[] lengths = filled(new long[16], 0);

  private final BitSet stored = new BitSet();

  /** Parts before this one have a length that an offset was built on. */
  private int builtUpon;

  private boolean closed;

  private static long[] filled(long[] array, int from) {
    Arrays.fill(array, from, array.length, UNKNOWN);
    return array;
  }

  /**
   * Notes that a part is about to be uploaded and returns its offset, {@link
   * Preamble#OFFSET_UNKNOWN} unless all parts before it were seen here.
   *
   * @param number from 1 to {@link Preamble#MAX_PART_NUMBER}
   * @throws ClavigerS3Exception BAD_REQUEST if the part was uploaded with another length, or the
   *     upload has a closing part
   */
  synchronized long begin(String where, int number, long plainBytes) {
    if (closed) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "part %d comes after the part that closes the upload, which CompleteMultipartUpload has stored. Repeat CompleteMultipartUpload, or abort and start anew"
              .formatted(number));
    }
    long known = length(number);
    if (known != UNKNOWN && known != plainBytes) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "part %d was uploaded with %d bytes before, now it has %d. A number is uploaded again with the same content only; abort the upload and start anew"
              .formatted(number, known, plainBytes));
    }
    if (number >= lengths.length) {
      int longer = Math.min(Preamble.MAX_PART_NUMBER + 1, Math.max(number + 1, 2 * lengths.length));
      lengths = filled(Arrays.copyOf(lengths, longer), lengths.length);
    }
    lengths[number] = plainBytes;
    long offset = sumBefore(number);
    if (offset != Preamble.OFFSET_UNKNOWN) {
      builtUpon = Math.max(builtUpon, number);
    }
    return offset;
  }

  private long length(int number) {
    return number < lengths.length ? lengths[number] : UNKNOWN;
  }

  private long sumBefore(int number) {
    long sum = 0;
    for (int i = 1; i < number; i++) {
      if (lengths[i] == UNKNOWN) {
        return Preamble.OFFSET_UNKNOWN;
      }
      sum += lengths[i];
    }
    return sum;
  }

  /** Notes that the store took a part. */
  synchronized void stored(int number) {
    stored.set(number);
  }

  /** Forgets a part that may not have been stored, unless an offset was built on its length. */
  synchronized void failed(int number) {
    if (number >= builtUpon && !stored.get(number) && number < lengths.length) {
      lengths[number] = UNKNOWN;
    }
  }

  /** Notes that the closing part was stored. */
  synchronized void close() {
    closed = true;
  }

  /**
   * Returns the first part whose length is another one than offsets were built on.
   *
   * @param found the plaintext length of each part as it is stored now
   * @param parts their number
   */
  synchronized OptionalInt contradicted(IntToLongFunction found, int parts) {
    for (int i = 1; i <= parts && i < builtUpon; i++) {
      if (found.applyAsLong(i) != lengths[i]) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Returns the length that was noted for a part. */
  synchronized long noted(int number) {
    return length(number);
  }
}
