package io.claviger.e2e.bulk;

import io.claviger.e2e.env.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * A bucket of objects that are not sealed: plaintext, and what the S3 Encryption Client wrote.
 * Their bytes follow from their place, so that any number of them can be compared.
 */
final class Unsealed {
  private static final int PIECE = 8 << 20;
  private static final int SEGMENT = 1 << 16;
  private static final int SMALL = 300_000;
  private static final long[] PLAIN_SIZES = {
    0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, PIECE - 1, PIECE, PIECE + 1, (64 << 20) + 1
  };
  private static final long[] THEIR_SIZES = {
    0, 1, 15, 16, 17, SEGMENT - 1, SEGMENT, SEGMENT + 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5
  };

  private final String bucket;
  private final Map<String, Long> sizes = new LinkedHashMap<>();

  Unsealed(String bucket) {
    this.bucket = bucket;
  }

  static void versioned(S3Client plain, String bucket) {
    plain.putBucketVersioning(
        b ->
            b.bucket(bucket)
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
  }

  /**
   * Plaintext of every interesting size, and more of {@code mib} together.
   *
   * @return this
   */
  Unsealed plain(S3Client plain, int mib) {
    long left = (long) mib << 20;
    for (long size : PLAIN_SIZES) {
      put(plain, "plain/%02d %d".formatted(sizes.size(), size), size);
      left -= size;
    }
    for (int i = 0; left > 0; i++) {
      long size = Math.min(left, (long) (i % 5 + 1) * 37 << 20);
      put(plain, "plain/more/" + i, size);
      left -= size;
    }
    return this;
  }

  /** Objects of the S3 Encryption Client in both formats, the largest of {@code mib}. */
  Unsealed theirs(URI endpoint, int count, int mib) {
    try (S3Client second = Theirs.writing(endpoint, 2);
        S3Client third = Theirs.writing(endpoint, 3)) {
      Random random = new Random(5);
      for (int i = 0; i < count; i++) {
        long size =
            i < THEIR_SIZES.length
                ? THEIR_SIZES[i]
                : i == THEIR_SIZES.length ? (long) mib << 20 : random.nextInt(SMALL);
        put(i % 2 == 0 ? second : third, "theirs/%04d & %%".formatted(i), size);
      }
    }
    return this;
  }

  /** Small objects of both kinds. */
  Unsealed small(S3Client plain, URI endpoint, int count) {
    try (S3Client third = Theirs.writing(endpoint, 3)) {
      for (int i = 0; i < count; i++) {
        put(i % 4 == 0 ? third : plain, "small/%04d".formatted(i), i * 911L);
      }
    }
    return this;
  }

  void put(S3Client s3, String key, long size) {
    s3.putObject(
        b ->
            b.bucket(bucket)
                .key(key)
                .contentType("text/x-" + size)
                .metadata(Map.of("mine", key.substring(0, 5))),
        RequestBody.fromContentProvider(() -> new Pattern(size), size, "text/x-" + size));
    sizes.put(key, size);
  }

  Map<String, Long> sizes() {
    return sizes;
  }

  /** Whether the object is read byte by byte as it was written. */
  boolean reads(S3Client s3, String key) throws IOException {
    try (InputStream in = s3.getObject(b -> b.bucket(bucket).key(key))) {
      return Pattern.firstDifference(in, 0, sizes.get(key)) == -1;
    }
  }
}
