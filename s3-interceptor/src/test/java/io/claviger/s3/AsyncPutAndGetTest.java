package io.claviger.s3;

import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.s3.internal.body.PiecesPublisher;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.BlockingOutputStreamAsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What an application with an asynchronous client sees, and what is stored. */
class AsyncPutAndGetTest {
  private final TinyStore store = new TinyStore();
  private final S3AsyncClient s3 =
      Clients.async(store.endpoint(), TestKeys.interceptor().httpClient(Clients.apache()).build());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  @TempDir Path folder;

  @AfterEach
  void stop() {
    s3.close();
    store.close();
    threads.shutdownNow();
  }

  private void put(String key, byte[] bytes) {
    s3.putObject(b -> b.bucket("b").key(key), AsyncRequestBody.fromBytes(bytes)).join();
  }

  private byte[] get(Consumer<GetObjectRequest.Builder> more) {
    return s3.getObject(
            b -> more.accept(b.bucket("b").key("k")), AsyncResponseTransformer.toBytes())
        .join()
        .asByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 5 << 20})
  void comesBackAsItWas(int length) {
    byte[] plain = bytes(length);
    put("k", plain);
    var got = s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toBytes()).join();
    assertThat(got.asByteArray()).isEqualTo(plain);
    assertThat(got.response().contentLength()).isEqualTo(length);
    assertThat(got.response().metadata()).isEmpty();
    HeadObjectResponse head = s3.headObject(b -> b.bucket("b").key("k")).join();
    assertThat(head.contentLength()).isEqualTo(length);
    assertThat(head.metadata()).isEmpty();
    byte[] stored = store.object("b/k").bytes();
    assertThat(stored.length).isEqualTo(98 + length + 32 * Math.max(1, (length + 65535) / 65536));
    assertThat(Arrays.copyOf(stored, 4)).isEqualTo("CLVG".getBytes());
  }

  @Test
  void everyKindOfRequestBodyIsSealed() throws Exception {
    byte[] plain = bytes(300_000);
    Path file = Files.write(folder.resolve("plain"), plain);
    Map<String, AsyncRequestBody> bodies =
        Map.of(
            "bytes", AsyncRequestBody.fromBytes(plain),
            "unsafe", AsyncRequestBody.fromBytesUnsafe(plain),
            "remaining", AsyncRequestBody.fromRemainingByteBuffer(ByteBuffer.wrap(plain)),
            "buffers",
                AsyncRequestBody.fromByteBuffers(
                    ByteBuffer.wrap(Arrays.copyOf(plain, 7)),
                    ByteBuffer.wrap(Arrays.copyOfRange(plain, 7, plain.length))),
            "file", AsyncRequestBody.fromFile(file),
            "file pieces", AsyncRequestBody.fromFile(f -> f.path(file).chunkSizeInBytes(1000)),
            "stream",
                AsyncRequestBody.fromInputStream(
                    new ByteArrayInputStream(plain), (long) plain.length, threads));
    for (var body : bodies.entrySet()) {
      store.objects.clear();
      s3.putObject(b -> b.bucket("b").key("k"), body.getValue()).join();
      assertThat(store.object("b/k").bytes()).as(body.getKey()).startsWith("CLVG".getBytes());
      assertThat(get(b -> {})).as(body.getKey()).isEqualTo(plain);
    }
  }

  @Test
  void bodiesThatAreWrittenOrPublishedAreSealed() throws Exception {
    byte[] plain = bytes(300_000);
    var publisher = AsyncRequestBody.fromPublisher(new PiecesPublisher(plain, 1234));
    s3.putObject(b -> b.bucket("b").key("k").contentLength(300_000L), publisher).join();
    assertThat(get(b -> {})).isEqualTo(plain);
    store.objects.clear();
    BlockingOutputStreamAsyncRequestBody written =
        AsyncRequestBody.forBlockingOutputStream((long) plain.length);
    var sent = s3.putObject(b -> b.bucket("b").key("k"), written);
    try (OutputStream out = written.outputStream()) {
      out.write(plain);
    }
    sent.join();
    assertThat(get(b -> {})).isEqualTo(plain);
    store.objects.clear();
    var blocking = AsyncRequestBody.forBlockingInputStream((long) plain.length);
    var sentToo = s3.putObject(b -> b.bucket("b").key("k"), blocking);
    blocking.writeInputStream(new ByteArrayInputStream(plain));
    sentToo.join();
    assertThat(get(b -> {})).isEqualTo(plain);
  }

  @Test
  void everyKindOfTransformerGetsThePlaintext() throws Exception {
    byte[] plain = bytes(300_000);
    put("k", plain);
    GetObjectRequest request = GetObjectRequest.builder().bucket("b").key("k").build();
    Path file = folder.resolve("got");
    s3.getObject(request, file).join();
    assertThat(Files.readAllBytes(file)).isEqualTo(plain);
    try (InputStream in =
        s3.getObject(request, AsyncResponseTransformer.toBlockingInputStream()).join()) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }
    var published = s3.getObject(request, AsyncResponseTransformer.toPublisher()).join();
    assertThat(published.response().contentLength()).isEqualTo(300_000);
    List<Integer> sizes = new ArrayList<>();
    published.subscribe(bytes -> sizes.add(bytes.remaining())).join();
    assertThat(sizes).containsExactly(65536, 65536, 65536, 65536, 300_000 - 4 * 65536);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=65535-65536, 65535, 65537",
    "bytes=65536-131071, 65536, 131072",
    "bytes=100-200000, 100, 200000",
    "bytes=199999-, 199999, 200000",
    "bytes=5-, 5, 200000",
    "bytes=-1, 199999, 200000",
    "bytes=-70000, 130000, 200000",
    "bytes=-999999, 0, 200000"
  })
  void ranges(String range, int from, int to) {
    byte[] plain = bytes(200_000);
    put("k", plain);
    for (int round = 0; round < 2; round++) {
      var got =
          s3.getObject(b -> b.bucket("b").key("k").range(range), AsyncResponseTransformer.toBytes())
              .join();
      assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(plain, from, to));
      assertThat(got.response().contentLength()).isEqualTo(to - from);
      assertThat(got.response().contentRange())
          .isEqualTo("bytes " + from + "-" + (to - 1) + "/200000");
    }
    var head = s3.headObject(b -> b.bucket("b").key("k").range(range)).join();
    assertThat(head.contentLength()).isEqualTo(to - from);
    assertThat(store.count("GET")).isEqualTo(2);
    assertThat(store.count("HEAD")).as("one probe, and the caller's own").isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"10, bytes=10-", "10, bytes=10-20", "0, bytes=0-", "10, bytes=-0"})
  void aRangeBehindTheEndIs416(int length, String range) {
    put("k", bytes(length));
    Throwable e = failure(() -> get(b -> b.range(range)));
    assertThat(e)
        .isInstanceOfSatisfying(S3Exception.class, x -> assertThat(x.statusCode()).isEqualTo(416));
    assertThat(store.count("GET")).isEqualTo(1);
    Throwable head = failure(() -> s3.headObject(b -> b.bucket("b").key("k").range(range)).join());
    assertThat(head)
        .isInstanceOfSatisfying(S3Exception.class, x -> assertThat(x.statusCode()).isEqualTo(416));
  }

  @Test
  void rangesThatS3IgnoresGiveTheWholeObject() {
    byte[] plain = bytes(1000);
    put("k", plain);
    assertThat(get(b -> b.range("bytes=0-1,5-6"))).isEqualTo(plain);
  }

  @Test
  void anAbsentObjectIs404() {
    for (String range : new String[] {null, "bytes=0-5"}) {
      Throwable e = failure(() -> get(b -> b.range(range)));
      assertThat(e)
          .isInstanceOfSatisfying(
              S3Exception.class, x -> assertThat(x.statusCode()).isEqualTo(404));
    }
    Throwable e = failure(() -> s3.headObject(b -> b.bucket("b").key("k")).join());
    assertThat(e)
        .isInstanceOfSatisfying(S3Exception.class, x -> assertThat(x.statusCode()).isEqualTo(404));
  }

  @Test
  void aDirectoryMarkerStaysEmpty() {
    put("folder/", new byte[0]);
    assertThat(store.object("b/folder/").bytes()).isEmpty();
    assertThat(s3.headObject(b -> b.bucket("b").key("folder/")).join().contentLength()).isZero();
  }

  @Test
  void anObjectOverwrittenSinceItWasSeenIsReadAnew() {
    put("k", bytes(100_000));
    assertThat(get(b -> b.range("bytes=-10"))).hasSize(10);
    byte[] other = bytes(90_000);
    put("k", other);
    assertThat(get(b -> b.range("bytes=-10"))).isEqualTo(Arrays.copyOfRange(other, 89_990, 90_000));
    assertThat(s3.headObject(b -> b.bucket("b").key("k")).join().contentLength()).isEqualTo(90_000);
  }

  static Throwable failure(Runnable call) {
    Throwable e = catchThrowable(call::run);
    return e instanceof CompletionException ? e.getCause() : e;
  }
}
