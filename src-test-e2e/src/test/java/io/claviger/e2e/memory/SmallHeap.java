package io.claviger.e2e.memory;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Moves an object of some MiB up and down; run in a JVM with a small heap. Arguments: endpoint,
 * MiB.
 */
public final class SmallHeap {
  private SmallHeap() {}

  /** Exit code 0 when every byte came back. */
  public static void main(String[] args) throws IOException {
    URI endpoint = URI.create(args[0]);
    long bytes = Long.parseLong(args[1]) << 20;
    try (S3Client s3 = E2e.sealing(endpoint, b -> {})) {
      s3.createBucket(b -> b.bucket("small-heap"));
      s3.putObject(
          b -> b.bucket("small-heap").key("large"),
          RequestBody.fromContentProvider(
              () -> new Pattern(bytes), bytes, "application/octet-stream"));
      try (InputStream opened = s3.getObject(b -> b.bucket("small-heap").key("large"))) {
        long difference = Pattern.firstDifference(opened, 0, bytes);
        System.out.printf(
            "%,d bytes up and down, heap of at most %,d bytes, first difference: %d%n",
            bytes, Runtime.getRuntime().maxMemory(), difference);
        s3.deleteObject(b -> b.bucket("small-heap").key("large"));
        s3.deleteBucket(b -> b.bucket("small-heap"));
        if (difference >= 0) {
          throw new IllegalStateException("byte " + difference + " differs");
        }
      }
    }
  }
}
