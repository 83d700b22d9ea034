package io.claviger.e2e.memory;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Moves an object of some MiB up in parts of 64 MiB and down whole; run in a JVM with a small heap.
 * Arguments: endpoint, MiB.
 */
public final class SmallHeapParts {
  private static final String BUCKET = "small-heap-parts";
  private static final long PART_BYTES = 64L << 20;

  private SmallHeapParts() {}

  /** Exit code 0 when every byte came back. */
  public static void main(String[] args) throws IOException {
    URI endpoint = URI.create(args[0]);
    long bytes = Long.parseLong(args[1]) << 20;
    try (S3Client s3 = E2e.sealing(endpoint, b -> {})) {
      s3.createBucket(b -> b.bucket(BUCKET));
      String id = s3.createMultipartUpload(b -> b.bucket(BUCKET).key("large")).uploadId();
      List<CompletedPart> parts = new ArrayList<>();
      for (long first = 0; first < bytes; first += PART_BYTES) {
        parts.add(part(s3, id, parts.size() + 1, first, Math.min(PART_BYTES, bytes - first)));
      }
      s3.completeMultipartUpload(
          b -> b.bucket(BUCKET).key("large").uploadId(id).multipartUpload(m -> m.parts(parts)));
      try (InputStream opened = s3.getObject(b -> b.bucket(BUCKET).key("large"))) {
        long difference = Pattern.firstDifference(opened, 0, bytes);
        System.out.printf(
            "%,d bytes up in %d parts and down, heap of at most %,d bytes, first difference: %d%n",
            bytes, parts.size(), Runtime.getRuntime().maxMemory(), difference);
        s3.deleteObject(b -> b.bucket(BUCKET).key("large"));
        s3.deleteBucket(b -> b.bucket(BUCKET));
        if (difference >= 0) {
          throw new IllegalStateException("byte " + difference + " differs");
        }
      }
    }
  }

  private static CompletedPart part(S3Client s3, String id, int number, long first, long bytes) {
    String eTag =
        s3.uploadPart(
                b -> b.bucket(BUCKET).key("large").uploadId(id).partNumber(number),
                RequestBody.fromContentProvider(
                    () -> Pattern.from(first, bytes), bytes, "application/octet-stream"))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }
}
