package io.claviger.s3.internal.multipart;

import io.claviger.format.Preamble;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.wire.ETags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of the parts of one upload: their lengths, so that later parts can state
 * their offset, and the ETags that their uploads were answered with, so that a closing part can
 * (format 6.1). A length that an offset was built on does not change any more.
 *
 * <p>What Complete names is compared with it by {@link UploadCompletion}.
 *
 * <p>Threads: safe.
 */
final class UploadedParts {
  private static final long UNKNOWN = -1;

  /** By part number, in bytes of plaintext; place 0 is not used. */
  private long[] lengths = filled(new long[16], 0);

  /**
   * By part number: a digest of the ETag that its last upload was answered with. Eight bytes
   * instead of the text bound the memory; only the owner of the store, who may give two parts one
   * ETag anyway, could make two of them agree.
   */
  private long[] eTags = new long[lengths.length];

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
          "part %d comes after the part that closes the upload, which CompleteMultipartUpload has stored. Repeat CompleteMultipartUpload, or abort and start again"
              .formatted(number));
    }
    long known = length(number);
    if (known != UNKNOWN && known != plainBytes) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "part %d was uploaded with %d bytes before, now it has %d. A number is uploaded again with the same content only; abort the upload and start again"
              .formatted(number, known, plainBytes));
    }
    if (number >= lengths.length) {
      int longer = Math.min(Preamble.MAX_PART_NUMBER + 1, Math.max(number + 1, 2 * lengths.length));
      lengths = filled(Arrays.copyOf(lengths, longer), lengths.length);
      eTags = Arrays.copyOf(eTags, longer);
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

  /**
   * Notes that the store took a part, which was begun here.
   *
   * @param eTag of the answer
   */
  synchronized void stored(int number, String eTag) {
    stored.set(number);
    eTags[number] = digest(eTag);
  }

  private static long digest(String eTag) {
    try {
      byte[] text = ETags.bare(eTag).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }

  /**
   * Returns the plaintext length of an upload, {@link Preamble#OFFSET_UNKNOWN} unless each of its
   * parts was sealed here and its upload answered here with the ETag that is listed.
   *
   * @param listed the ETags of parts 1 to N
   */
  synchronized long total(List<@Nullable String> listed) {
    for (int number = 1; number <= listed.size(); number++) {
      String eTag = ETags.bare(listed.get(number - 1));
      if (eTag.isEmpty() || !stored.get(number) || eTags[number] != digest(eTag)) {
        return Preamble.OFFSET_UNKNOWN;
      }
    }
    return sumBefore(listed.size() + 1);
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
   * Returns the first part whose length is another one than it was sealed with here.
   *
   * @param found the plaintext length of each part as it is stored now
   * @param parts their number
   */
  synchronized OptionalInt contradicted(IntToLongFunction found, int parts) {
    for (int i = 1; i <= parts && i < lengths.length; i++) {
      if (lengths[i] != UNKNOWN && found.applyAsLong(i) != lengths[i]) {
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
