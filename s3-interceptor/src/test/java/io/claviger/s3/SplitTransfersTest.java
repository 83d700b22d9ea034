package io.claviger.s3;

import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.ResponsePublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.FileDownload;
import software.amazon.awssdk.transfer.s3.model.FileUpload;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/**
 * Ranges through the multipart-enabled client, and transfers that the caller gives up; {@link
 * NoBlockingTest} watches the event loops meanwhile.
 */
class SplitTransfersTest {
  private static final int MIB = 1 << 20;

  private final String bucket = MockStore.bucket();
  private final byte[] plain = bytes(12 * MIB + 17);
  private final S3AsyncClient s3 = split(MockStore.interceptor().build());
  private final S3AsyncClient cold = split(MockStore.interceptor().build());
  private final S3TransferManager transfers = S3TransferManager.builder().s3Client(s3).build();

  @TempDir Path folder;

  private static S3AsyncClient split(ClavigerInterceptor interceptor) {
    return TransferManagerTest.split(MockStore.endpoint(), interceptor);
  }

  @BeforeEach
  void put() {
    s3.putObject(b -> b.bucket(bucket).key("k"), AsyncRequestBody.fromBytes(plain)).join();
  }

  @AfterEach
  void stop() {
    transfers.close();
    s3.close();
    cold.close();
  }

  private ResponseBytes<GetObjectResponse> get(S3AsyncClient from, String range) {
    return from.getObject(
            b -> b.bucket(bucket).key("k").range(range), AsyncResponseTransformer.toBytes())
        .join();
  }

  /**
   * In one part, across two, to the end; by a client that knows the object and one that does not.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 65_530, 5 * MIB - 8, 10 * MIB - 1, 12 * MIB})
  void ranges(int first) {
    byte[] wanted = Arrays.copyOfRange(plain, first, first + 17);
    for (S3AsyncClient client : new S3AsyncClient[] {cold, s3, cold}) {
      ResponseBytes<GetObjectResponse> got =
          get(client, "bytes=%d-%d".formatted(first, first + 16));
      assertThat(got.asByteArray()).isEqualTo(wanted);
      assertThat(got.response().contentRange())
          .isEqualTo("bytes %d-%d/%d".formatted(first, first + 16, plain.length));
    }
    assertThat(get(cold, "bytes=" + first + "-").asByteArray())
        .isEqualTo(Arrays.copyOfRange(plain, first, plain.length));
    assertThat(get(cold, "bytes=-" + (first + 1)).asByteArray())
        .isEqualTo(Arrays.copyOfRange(plain, plain.length - first - 1, plain.length));
  }

  @Test
  void everyPartByItsNumberAndTheWholeOfAnObjectSeenForTheFirstTime() {
    int at = 0;
    for (int number = 1; number <= 2; number++) {
      int part = number;
      byte[] got =
          cold.getObject(
                  b -> b.bucket(bucket).key("k").partNumber(part),
                  AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray();
      assertThat(got).isEqualTo(Arrays.copyOfRange(plain, at, at + got.length));
      at += got.length;
    }
    try (S3AsyncClient colder = split(MockStore.interceptor().build())) {
      assertThat(get(colder, null).asByteArray()).isEqualTo(plain);
    }
  }

  /** Parts that come are thrown away, and the client serves the next call. */
  @Test
  void aDownloadIsGivenUp() {
    CompletableFuture<ResponsePublisher<GetObjectResponse>> answer =
        s3.getObject(b -> b.bucket(bucket).key("k"), AsyncResponseTransformer.toPublisher());
    FirstBytes firstBytes = new FirstBytes();
    answer.join().subscribe(firstBytes);
    firstBytes.came.join();
    firstBytes.subscription.join().cancel();
    assertThat(firstBytes.came.join()).isEqualTo(ByteBuffer.wrap(plain, 0, firstBytes.length()));
    assertThat(get(s3, null).asByteArray()).isEqualTo(plain);
  }

  @Test
  void aTransferToAFileIsGivenUp() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    FileDownload download =
        transfers.downloadFile(
            d ->
                d.destination(folder.resolve("given-up"))
                    .getObjectRequest(g -> g.bucket(bucket).key("k"))
                    .addTransferListener(whenBytesCame(begun)));
    begun.await();
    download.completionFuture().cancel(true);
    Path file = folder.resolve("down");
    transfers
        .downloadFile(d -> d.destination(file).getObjectRequest(g -> g.bucket(bucket).key("k")))
        .completionFuture()
        .join();
    assertThat(Files.readAllBytes(file)).isEqualTo(plain);
  }

  /** Nothing half-written is left as an object, and the next upload is a whole one. */
  @Test
  void anUploadIsGivenUp() throws Exception {
    byte[] other = bytes(40 * MIB);
    Path file = Files.write(folder.resolve("up"), other);
    CountDownLatch begun = new CountDownLatch(1);
    FileUpload upload =
        transfers.uploadFile(
            u ->
                u.source(file)
                    .putObjectRequest(p -> p.bucket(bucket).key("given-up"))
                    .addTransferListener(whenBytesCame(begun)));
    begun.await();
    if (upload.completionFuture().cancel(true)) {
      assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(bucket)).contents())
          .extracting(S3Object::key)
          .containsExactly("k");
    }
    transfers
        .uploadFile(u -> u.source(file).putObjectRequest(p -> p.bucket(bucket).key("next")))
        .completionFuture()
        .join();
    assertThat(
            cold.getObject(b -> b.bucket(bucket).key("next"), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray())
        .isEqualTo(other);
  }

  private static TransferListener whenBytesCame(CountDownLatch begun) {
    return new TransferListener() {
      @Override
      public void bytesTransferred(Context.BytesTransferred context) {
        begun.countDown();
      }
    };
  }

  private static final class FirstBytes implements Subscriber<ByteBuffer> {
    final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    final CompletableFuture<ByteBuffer> came = new CompletableFuture<>();

    int length() {
      return came.join().remaining();
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription.complete(given);
      given.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      came.complete(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      came.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      came.completeExceptionally(new IllegalStateException("no bytes"));
    }
  }
}
