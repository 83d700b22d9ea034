package io.claviger.bulk.migrate;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Stores;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.PlaintextObjects;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A bucket to be migrated, with or without versions, and the clients of the time of moving. */
final class MigrationBucket {
  private static final byte[] PATTERN = new byte[1 << 20];

  static {
    new Random(7).nextBytes(PATTERN);
  }

  final String name = Stores.bucket();
  final AtomicInteger requests = new AtomicInteger();
  final S3Client stored = Stores.plain(new Counting(), new Hook("stored"));
  private final Path folder;
  private int runs;

  /** What happens after a request, by the test: {@code stored GetObjectRequest}. */
  volatile Consumer<String> after = request -> {};

  /** Whether bytes of objects arrive at the sealing client with other bits than are stored. */
  volatile boolean damaged;

  private final class Counting implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      requests.incrementAndGet();
    }
  }

  private final class Hook implements ExecutionInterceptor {
    private final String client;

    Hook(String client) {
      this.client = client;
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
      after.accept(client + " " + context.request().getClass().getSimpleName());
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      boolean flips =
          damaged && client.equals("sealing") && context.request() instanceof GetObjectRequest;
      return flips ? context.responseBody().map(Flipped::new) : context.responseBody();
    }
  }

  /** A bit of every byte is another one behind the first hundreds. */
  private static final class Flipped extends FilterInputStream {
    private int at;

    Flipped(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = in.read();
      return one >= 0 && at++ > 300 ? one ^ 1 : one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = in.read(target, offset, length);
      for (int i = 0; i < count; i++) {
        target[offset + i] ^= (byte) (at++ > 300 ? 1 : 0);
      }
      return count;
    }
  }

  MigrationBucket(Path folder, boolean versioned) {
    this.folder = folder;
    if (versioned) {
      Stores.PLAIN.putBucketVersioning(
          b ->
              b.bucket(name)
                  .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    }
  }

  S3Client sealing() {
    return Stores.plain(
        ClavigerInterceptor.builder()
            .provider(Stores.provider())
            .keyId(Stores.KEY)
            .plaintextObjects(PlaintextObjects.ALLOW)
            .s3EncryptionClient(S3EncryptionClientKeys.objectsUpTo(1 << 20).aes(S3ecObject.KEY))
            .build(),
        new Hook("sealing"));
  }

  /** What a reader of today sees, which knows nothing of a migration. */
  byte[] read(String key) {
    return Stores.SEALING.getObjectAsBytes(b -> b.bucket(name).key(key)).asByteArray();
  }

  ResponseBytes<GetObjectResponse> stored(String key) {
    return Stores.PLAIN.getObjectAsBytes(b -> b.bucket(name).key(key));
  }

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int at = 0; at < count; at += PATTERN.length) {
      System.arraycopy(PATTERN, 0, bytes, at, Math.min(PATTERN.length, count - at));
    }
    return bytes;
  }

  void put(String key, byte[] body, Map<String, String> metadata) {
    Stores.PLAIN.putObject(
        b -> b.bucket(name).key(key).metadata(metadata), RequestBody.fromBytes(body));
  }

  void put(String key, int count) {
    put(key, bytes(count), Map.of("mine", "kept"));
  }

  RunResult run(Job job) throws IOException {
    Clients clients = Clients.of(stored, sealing());
    Plan plan = new Plan(ListingSource.ofBucket(name), job, Limits.DEFAULT.threads(4, 2));
    return BulkRunner.with(clients).run(plan, folder.resolve("run" + runs++));
  }
}
