package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.body.PiecesPublisher;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Bodies whose source has more or fewer bytes than announced: what is stored, and what is left in
 * the source, is what a plain client stores and leaves.
 */
class SourcesSameAsPlainTest {
  private final TinyStore store = new TinyStore();
  private final S3Client plain = Clients.plain(store.endpoint());
  private final S3Client sealed =
      Clients.with(store.endpoint(), TestKeys.interceptor().httpClient(Clients.apache()).build());
  private final S3AsyncClient plainAsync = Clients.async(store.endpoint());
  private final S3AsyncClient sealedAsync =
      Clients.async(store.endpoint(), TestKeys.interceptor().httpClient(Clients.apache()).build());
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    plain.close();
    sealed.close();
    plainAsync.close();
    sealedAsync.close();
    threads.shutdownNow();
    store.close();
  }

  /** A stream as a socket or a growing file is one: it cannot be set back. */
  private static final class Once extends InputStream {
    private final ByteArrayInputStream in;

    Once(byte[] bytes) {
      in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return in.read(target, offset, length);
    }

    int left() {
      return in.available();
    }
  }

  private static PutObjectRequest request(Long stated) {
    return PutObjectRequest.builder().bucket("b").key("k").contentLength(stated).build();
  }

  /** Says what {@code put} left in the store. */
  private String stored(S3Client reader, Runnable put) {
    store.objects.clear();
    Throwable failed = catchThrowable(put::run);
    return failed != null && store.objects.isEmpty()
        ? "failed"
        : Arrays.hashCode(reader.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
            + (failed == null ? "" : " and failed");
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100, 100",
    "100, 100, 70000",
    "65536, 65536, 65537",
    "131072, 131072, 300000",
    "0, 0, 10",
    ", 100, 200",
    "100, 200, 300",
    "100, 200, 100",
    "200, 200, 100",
    "200, 100, 300",
    "200, 100, 100",
    ", 200, 199",
    ", 65537, 65536"
  })
  void streams(Long stated, long announced, int there) {
    byte[] bytes = Shape.bytes(there);
    Once ours = new Once(bytes);
    Once theirs = new Once(bytes);
    String expected =
        stored(
            plain,
            () -> plain.putObject(request(stated), RequestBody.fromInputStream(theirs, announced)));
    assertThat(
            stored(
                sealed,
                () ->
                    sealed.putObject(
                        request(stated), RequestBody.fromInputStream(ours, announced))))
        .isEqualTo(expected);
    if (!expected.equals("failed")) {
      assertThat(ours.left()).as("left in the source").isEqualTo(theirs.left());
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 100", "100, 70000", "65536, 65537", "0, 5", "131072, 200000", "200, 199"})
  void asynchronousBodies(long stated, int there) {
    byte[] bytes = Shape.bytes(there);
    List<Supplier<AsyncRequestBody>> bodies =
        List.of(
            () -> AsyncRequestBody.fromBytes(bytes),
            () -> AsyncRequestBody.fromPublisher(new PiecesPublisher(bytes, 1000)),
            () -> AsyncRequestBody.fromInputStream(new Once(bytes), stated, threads));
    for (int i = 0; i < bodies.size(); i++) {
      Supplier<AsyncRequestBody> body = bodies.get(i);
      PutObjectRequest put = request(stated);
      String expected = stored(plain, () -> plainAsync.putObject(put, body.get()).join());
      assertThat(stored(sealed, () -> sealedAsync.putObject(put, body.get()).join()))
          .as("body %d", i)
          .isEqualTo(expected);
    }
  }

  /** As every staging committer of S3A uploads a file of several parts. */
  @Test
  void partsThatAreCutFromOneStream() {
    byte[] bytes = Shape.bytes(11 << 20);
    assertThat(uploaded(sealed, new Once(bytes))).isEqualTo(uploaded(plain, new Once(bytes)));
  }

  private static int uploaded(S3Client s3, InputStream source) {
    String id = s3.createMultipartUpload(b -> b.bucket("b").key("k")).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    int[] sizes = {5 << 20, (5 << 20) + 1, 100_000};
    for (int i = 0; i < sizes.length; i++) {
      int number = i + 1;
      String etag =
          s3.uploadPart(
                  b -> b.bucket("b").key("k").uploadId(id).partNumber(number),
                  RequestBody.fromInputStream(source, sizes[i]))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    s3.completeMultipartUpload(
        b -> b.bucket("b").key("k").uploadId(id).multipartUpload(m -> m.parts(parts)));
    return Arrays.hashCode(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray());
  }

  private static byte[] zerosWithATail() {
    byte[] bytes = new byte[3 << 20];
    bytes[(1 << 20) + 5] = 1;
    return bytes;
  }

  /**
   * The first attempt ends after some segments of zeros. A second one that reads on would find
   * zeros where its tags are compared, and the bytes behind the announced length at its end.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamThatWasReadFromIsNoSecondAttempt(boolean marks) {
    store.cutPuts.set(1);
    byte[] bytes = zerosWithATail();
    InputStream source =
        marks ? new BufferedInputStream(new ByteArrayInputStream(bytes)) : new Once(bytes);
    RequestBody body = RequestBody.fromContentProvider(() -> source, (1 << 20) + 10, "a/b");
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> sealed.putObject(request(null), body));
    assertThat(e.failure()).isEqualTo(Failure.SOURCE);
    assertThat(e).hasMessageContaining("opens a new stream each time");
    assertThat(store.objects).isEmpty();
    assertThat(store.count("PUT")).isLessThanOrEqualTo(2);
    assertThat(store.received.stream().skip(1).allMatch(sent -> sent.length == 0)).isTrue();
  }

  @Test
  void anAsynchronousStreamThatWasReadFromIsNoSecondAttempt() {
    store.cutPuts.set(1);
    AsyncRequestBody body =
        AsyncRequestBody.fromInputStream(new Once(zerosWithATail()), (1L << 20) + 10, threads);
    assertThat(catchThrowable(() -> sealedAsync.putObject(request(null), body).join())).isNotNull();
    assertThat(store.objects).isEmpty();
  }

  @Test
  void aStreamThatIsSetBackIsSentAgain() throws IOException {
    byte[] bytes = zerosWithATail();
    int length = (1 << 20) + 10;
    ByteArrayInputStream array = new ByteArrayInputStream(bytes);
    array.skipNBytes(3);
    array.mark(0);
    ContentStreamProvider resetting =
        () -> {
          array.reset();
          return array;
        };
    store.unavailable.set(1);
    sealed.putObject(request(null), RequestBody.fromContentProvider(resetting, length, "a/b"));
    byte[] expected = Arrays.copyOfRange(bytes, 3, 3 + length);
    assertThat(sealed.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
        .isEqualTo(expected);
    array.reset();
    store.unavailable.set(1);
    sealed.putObject(request(null), RequestBody.fromInputStream(array, length));
    assertThat(sealed.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
        .isEqualTo(expected);
    assertThat(array.available()).isEqualTo(bytes.length - 3 - length);
  }

  /** A body that never says that it ends, as a pipe that stays open. */
  @Test
  void aPublisherThatNeverEndsIsCutWhereThePlainClientCutsIt() {
    byte[] bytes = Shape.bytes(100_000);
    Supplier<AsyncRequestBody> endless =
        () ->
            new AsyncRequestBody() {
              @Override
              public Optional<Long> contentLength() {
                return Optional.of(70_000L);
              }

              @Override
              public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
                PiecesPublisher.endless(bytes, 1000).subscribe(subscriber);
              }
            };
    String expected =
        stored(plain, () -> plainAsync.putObject(request(null), endless.get()).join());
    assertThat(stored(sealed, () -> sealedAsync.putObject(request(null), endless.get()).join()))
        .isEqualTo(expected)
        .isEqualTo(Integer.toString(Arrays.hashCode(Arrays.copyOf(bytes, 70_000))));
  }
}
