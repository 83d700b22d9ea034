package io.claviger.e2e.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.s3.S3Client;

/** Buckets of MinIO, and a look at what is stored in them past Spark and Claviger. */
final class StoredTables implements AutoCloseable {
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  private final S3Client plain;

  StoredTables(URI store) {
    plain = E2e.plain(store);
  }

  String newBucket() {
    String bucket = "spark-" + BUCKETS.incrementAndGet();
    E2e.bucket(S3Server.MINIO, bucket);
    return bucket;
  }

  /** Returns every object as it is stored, directory markers left out. */
  Map<String, byte[]> stored(String bucket) {
    Map<String, byte[]> objects = new HashMap<>();
    plain.listObjectsV2Paginator(b -> b.bucket(bucket)).contents().stream()
        .filter(o -> !o.key().endsWith("/"))
        .forEach(
            o ->
                objects.put(
                    o.key(),
                    plain.getObjectAsBytes(b -> b.bucket(bucket).key(o.key())).asByteArray()));
    return objects;
  }

  /** Each of them begins as a sealed object does, and none holds what the rows hold. */
  void assertAllSealed(String bucket) {
    stored(bucket)
        .forEach(
            (key, bytes) -> {
              String text = new String(bytes, StandardCharsets.ISO_8859_1);
              assertThat(text.substring(0, 4)).as(key).isEqualTo("CLVG");
              assertThat(text).as(key).doesNotContain("plaintext");
            });
  }

  @Override
  public void close() {
    plain.close();
  }
}
