package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.sdk.SdkChecksums;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.S3Errors;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The checksums that a caller computed of the plaintext: Content-MD5 and {@code x-amz-checksum-*}.
 * The store cannot check them, since it gets other bytes; they are checked here while sealing,
 * before the last byte leaves.
 *
 * <p>Immutable; each {@link #checking} stream belongs to one thread.
 */
public final class CallerChecksums {
  private static final String MD5 = "MD5";

  private record Expected(String header, String algorithm, String base64) {}

  private final String where;
  private final List<Expected> expected = new ArrayList<>();
  private final @Nullable String storedAlgorithm;

  private CallerChecksums(String where, SdkHttpHeaders request) {
    this.where = where;
    String stored = null;
    for (Map.Entry<String, String> checksum : ObjectHeaders.checksums(request).entrySet()) {
      String header = ObjectHeaders.CHECKSUM_PREFIX + checksum.getKey();
      stored = checksum.getKey().toUpperCase(Locale.ROOT);
      add(header, stored, checksum.getValue());
    }
    request
        .firstMatchingHeader(ObjectHeaders.CONTENT_MD5)
        .ifPresent(md5 -> add(ObjectHeaders.CONTENT_MD5, MD5, md5));
    this.storedAlgorithm = stored;
  }

  /**
   * Reads the checksums of a marshalled request.
   *
   * @throws ClavigerS3Exception UNSUPPORTED for a checksum that cannot be computed here
   * @throws S3Exception 400 for one that is none, as S3 answers
   */
  public static CallerChecksums of(String where, SdkHttpHeaders request) {
    return new CallerChecksums(where, request);
  }

  private void add(String header, String algorithm, String base64) {
    if (!SdkChecksums.knows(algorithm)) {
      throw cannotCompute(header, null);
    }
    Expected checksum = new Expected(header, algorithm, base64.trim());
    requireDigest(checksum, SdkChecksums.end(start(checksum)).length);
    expected.add(checksum);
  }

  /** S3 names the header of the MD5 in the error code, and any other in the message. */
  private void requireDigest(Expected checksum, int bytes) {
    if (decodedBytes(checksum.base64()) != bytes) {
      throw S3Errors.of(
          400,
          checksum.header().equals(ObjectHeaders.CONTENT_MD5) ? "InvalidDigest" : "InvalidRequest",
          where,
          "%s is %s: expected %d bytes in base64"
              .formatted(checksum.header(), checksum.base64(), bytes));
    }
  }

  private static int decodedBytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  private Checksum start(Expected checksum) {
    try {
      return SdkChecksums.begin(checksum.algorithm());
    } catch (RuntimeException e) {
      throw cannotCompute(checksum.header(), e.getMessage());
    }
  }

  private ClavigerS3Exception cannotCompute(String header, @Nullable String why) {
    return ClavigerS3Exception.of(
        Failure.UNSUPPORTED,
        where,
        "%s cannot be checked here%s. Send another checksum, or none: the object is authenticated anyway"
            .formatted(header, why == null ? "" : " (" + why + ")"));
  }

  /** Returns the algorithm of the caller's {@code x-amz-checksum-*}, null when there is none. */
  @Nullable
  public String storedAlgorithm() {
    return storedAlgorithm;
  }

  /**
   * Returns {@code source}, which throws S3's own error (400 BadDigest) instead of its last bytes
   * when {@code plainBytes} bytes have another checksum than the caller stated.
   */
  public InputStream checking(InputStream source, long plainBytes) {
    return expected.isEmpty() ? source : new Checking(source, plainBytes);
  }

  /**
   * Returns {@code sealing}, which fails with S3's own error (400 BadDigest) at the end when its
   * {@code plainBytes} bytes of input have another checksum than the caller stated.
   */
  public SegmentFeed checking(SegmentFeed sealing, long plainBytes) {
    return expected.isEmpty() ? sealing : new CheckingFeed(sealing, plainBytes);
  }

  /** The checksums of one pass over the plaintext. */
  private final class Checksums {
    private final List<Checksum> checksums =
        expected.stream().map(CallerChecksums.this::start).toList();
    private long left;
    private @Nullable S3Exception refused;

    Checksums(long plainBytes) {
      this.left = plainBytes;
      compareAtEnd();
    }

    /** What was refused stays refused. */
    private void requireRight() {
      if (refused != null) {
        throw refused;
      }
    }

    void add(byte[] bytes, int offset, int length) {
      requireRight();
      if (length > 0 && left > 0) {
        int counted = (int) Math.min(length, left);
        checksums.forEach(checksum -> checksum.update(bytes, offset, counted));
        left -= counted;
        compareAtEnd();
      }
    }

    void add(ByteBuffer bytes) {
      requireRight();
      if (bytes.remaining() > 0 && left > 0) {
        int counted = (int) Math.min(bytes.remaining(), left);
        ByteBuffer part = bytes.limit(bytes.position() + counted);
        checksums.forEach(checksum -> checksum.update(part.duplicate()));
        left -= counted;
        compareAtEnd();
      }
    }

    private void compareAtEnd() {
      for (int i = 0; left == 0 && i < checksums.size(); i++) {
        Expected stated = expected.get(i);
        String found = Base64.getEncoder().encodeToString(SdkChecksums.end(checksums.get(i)));
        if (!found.equals(stated.base64())) {
          refused =
              S3Errors.of(
                  400,
                  "BadDigest",
                  where,
                  "%s states %s, the bytes read have %s. The object was not stored; compute the checksum of the plaintext again"
                      .formatted(stated.header(), stated.base64(), found));
          throw refused;
        }
      }
    }
  }

  private final class CheckingFeed implements SegmentFeed {
    private final SegmentFeed sealing;
    private final Checksums checksums;

    CheckingFeed(SegmentFeed sealing, long plainBytes) {
      this.sealing = sealing;
      this.checksums = new Checksums(plainBytes);
    }

    @Override
    public @Nullable ByteBuffer feed(ByteBuffer input) {
      ByteBuffer taken = input.duplicate();
      ByteBuffer piece = sealing.feed(input);
      checksums.add(taken.limit(input.position()));
      return piece;
    }

    @Override
    public @Nullable ByteBuffer end() {
      checksums.requireRight();
      return sealing.end();
    }

    @Override
    public boolean complete() {
      return sealing.complete();
    }

    @Override
    public void release() {
      sealing.release();
    }
  }

  private final class Checking extends FilterInputStream {
    private final Checksums checksums;

    Checking(InputStream source, long plainBytes) {
      super(source);
      this.checksums = new Checksums(plainBytes);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = in.read(target, offset, length);
      checksums.add(target, offset, got);
      return got;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
