package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;
import static io.claviger.e2e.engines.Scenario.thrown;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Calls of asynchronous clients, one of them multipart-enabled. */
final class AsyncCalls {
  /** Before, the multipart-enabled client sends in parts and refuses to get. */
  static final int GETS_PARTS = 26;

  private final Clients clients;
  private final S3AsyncClient s3;
  private final String bucket;

  AsyncCalls(Clients clients) {
    this.clients = clients;
    this.s3 = clients.async;
    this.bucket = clients.bucket;
  }

  List<Scenario> scenarios() {
    return List.of(
        new Scenario("async put and get", this::putAndGet),
        new Scenario("async put and get of files", this::files),
        new Scenario("async range, and one behind the end", this::range),
        new Scenario("async head and what is not there", this::head),
        new Scenario("async wrong Content-MD5 and an algorithm", this::checksums),
        new Scenario("twenty async calls at once", this::atOnce),
        new Scenario("async copy", this::copy),
        new Scenario("multipart-enabled client: upload, get, copy", this::multipart));
  }

  private byte[] get(S3AsyncClient client, String key) {
    return client
        .getObject(b -> b.bucket(bucket).key(key), AsyncResponseTransformer.toBytes())
        .join()
        .asByteArray();
  }

  private void putAndGet() {
    for (int size : new int[] {0, 1, 65_536, 65_537, (1 << 20) + 1}) {
      String key = "async-" + size;
      byte[] plain = ObjectCalls.bytes(size);
      s3.putObject(b -> b.bucket(bucket).key(key), AsyncRequestBody.fromBytes(plain)).join();
      require(Arrays.equals(get(s3, key), plain), size + " bytes came back otherwise");
      new ObjectCalls(clients).requireSealed(key);
    }
  }

  private void files() throws IOException {
    byte[] plain = ObjectCalls.bytes(300_001);
    Path file = Files.write(Files.createTempFile("engine", ".bin"), plain);
    s3.putObject(b -> b.bucket(bucket).key("async-file"), AsyncRequestBody.fromFile(file)).join();
    Path target = Files.createTempDirectory("engine").resolve("file");
    s3.getObject(b -> b.bucket(bucket).key("async-file"), AsyncResponseTransformer.toFile(target))
        .join();
    require(Arrays.equals(Files.readAllBytes(target), plain), "the file came back otherwise");
    Files.delete(file);
    Files.delete(target);
  }

  private void range() {
    byte[] plain = ObjectCalls.bytes(300_000);
    s3.putObject(b -> b.bucket(bucket).key("async-range"), AsyncRequestBody.fromBytes(plain))
        .join();
    byte[] got =
        s3.getObject(
                b -> b.bucket(bucket).key("async-range").range("bytes=65530-131080"),
                AsyncResponseTransformer.toBytes())
            .join()
            .asByteArray();
    require(Arrays.equals(got, Arrays.copyOfRange(plain, 65_530, 131_081)), "another range");
    S3Exception behind =
        thrown(
            S3Exception.class,
            () ->
                s3.getObject(
                        b -> b.bucket(bucket).key("async-range").range("bytes=300000-"),
                        AsyncResponseTransformer.toBytes())
                    .join());
    same(behind.statusCode(), 416, "status");
  }

  private void head() {
    s3.putObject(
            b -> b.bucket(bucket).key("async-head").metadata(Map.of("colour", "green")),
            AsyncRequestBody.fromString("abc"))
        .join();
    var head = s3.headObject(b -> b.bucket(bucket).key("async-head")).join();
    same(head.contentLength(), 3L, "length");
    same(head.metadata(), Map.of("colour", "green"), "metadata");
    thrown(NoSuchKeyException.class, () -> get(s3, "async-nothing"));
  }

  private void checksums() {
    byte[] plain = ObjectCalls.bytes(70_000);
    s3.putObject(
            b -> b.bucket(bucket).key("async-sha").checksumAlgorithm(ChecksumAlgorithm.SHA256),
            AsyncRequestBody.fromBytes(plain))
        .join();
    require(Arrays.equals(get(s3, "async-sha"), plain), "the bytes came back otherwise");
    S3Exception wrong =
        thrown(
            S3Exception.class,
            () ->
                s3.putObject(
                        b ->
                            b.bucket(bucket)
                                .key("async-wrong")
                                .contentMD5("AAAAAAAAAAAAAAAAAAAAAA=="),
                        AsyncRequestBody.fromBytes(plain))
                    .join());
    same(wrong.awsErrorDetails().errorCode(), "BadDigest", "code");
    thrown(
        S3Exception.class,
        () -> clients.plain.headObject(b -> b.bucket(bucket).key("async-wrong")));
  }

  private void atOnce() {
    List<CompletableFuture<?>> puts =
        IntStream.range(0, 20)
            .<CompletableFuture<?>>mapToObj(
                i ->
                    s3.putObject(
                        b -> b.bucket(bucket).key("once-" + i),
                        AsyncRequestBody.fromBytes(ObjectCalls.bytes(70_000 + i))))
            .toList();
    puts.forEach(CompletableFuture::join);
    List<CompletableFuture<byte[]>> gets =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    s3.getObject(
                            b -> b.bucket(bucket).key("once-" + i),
                            AsyncResponseTransformer.toBytes())
                        .thenApply(r -> r.asByteArray()))
            .toList();
    for (int i = 0; i < 20; i++) {
      require(
          Arrays.equals(gets.get(i).join(), ObjectCalls.bytes(70_000 + i)),
          "call " + i + " came back otherwise");
    }
  }

  private void copy() {
    byte[] plain = ObjectCalls.bytes(70_005);
    s3.putObject(b -> b.bucket(bucket).key("async-source"), AsyncRequestBody.fromBytes(plain))
        .join();
    s3.copyObject(
            b ->
                b.sourceBucket(bucket)
                    .sourceKey("async-source")
                    .destinationBucket(bucket)
                    .destinationKey("async-copy"))
        .join();
    require(Arrays.equals(get(s3, "async-copy"), plain), "the copy is another");
  }

  private void multipart() {
    byte[] plain = ObjectCalls.bytes(18 << 20);
    clients
        .multipart
        .putObject(b -> b.bucket(bucket).key("many"), AsyncRequestBody.fromBytes(plain))
        .join();
    if (Sdk.isFrom(GETS_PARTS)) {
      require(Arrays.equals(get(clients.multipart, "many"), plain), "the parts came otherwise");
    }
    require(Arrays.equals(get(clients.async, "many"), plain), "the object came back otherwise");
    clients
        .multipart
        .copyObject(
            b ->
                b.sourceBucket(bucket)
                    .sourceKey("many")
                    .destinationBucket(bucket)
                    .destinationKey("many-copy"))
        .join();
    require(Arrays.equals(get(clients.async, "many-copy"), plain), "the copy is another");
  }
}
