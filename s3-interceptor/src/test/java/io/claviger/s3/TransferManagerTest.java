package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.BlockingInputStreamAsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.FileDownload;
import software.amazon.awssdk.transfer.s3.model.FileUpload;
import software.amazon.awssdk.transfer.s3.model.ResumableFileDownload;
import software.amazon.awssdk.transfer.s3.model.ResumableFileUpload;
import software.amazon.awssdk.transfer.s3.model.Upload;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/** The multipart-enabled asynchronous client, and the transfer manager over it. */
class TransferManagerTest {
  private static final int AT_ONCE = 96;
  private static final int MIB = 1 << 20;

  private final String bucket = MockStore.bucket();
  private final ClavigerInterceptor interceptor = MockStore.interceptor().build();
  private final S3AsyncClient s3 = split(MockStore.endpoint(), interceptor);
  private final S3Client sync = MockStore.with(interceptor);
  private final S3TransferManager transfers = S3TransferManager.builder().s3Client(s3).build();

  @TempDir Path folder;

  static S3AsyncClient split(URI endpoint, ClavigerInterceptor interceptor) {
    return Clients.async(
        endpoint,
        b ->
            b.multipartEnabled(true)
                .multipartConfiguration(
                    m -> m.minimumPartSizeInBytes(5L * MIB).thresholdInBytes(5L * MIB)),
        interceptor);
  }

  @AfterEach
  void stop() {
    transfers.close();
    s3.close();
    sync.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private Path file(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private void assertSealed(String key, byte[] plain) {
    byte[] stored = MockStore.stored(bucket, key).asByteArray();
    assertThat(Arrays.copyOf(stored, 4)).as("%s in the store", key).isEqualTo("CLVG".getBytes());
    assertThat(MockStore.get(sync, bucket, key)).isEqualTo(plain);
  }

  /** Parts are cut from the plaintext of the source, wherever its own parts ended. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 5 * MIB - 1, 12 * MIB + 17})
  void copiesOpenUnderTheirNewName(int length) {
    byte[] plain = bytes(length);
    s3.putObject(b -> b.bucket(bucket).key("from"), AsyncRequestBody.fromBytes(plain)).join();
    transfers
        .copy(
            c ->
                c.copyObjectRequest(
                    b ->
                        b.sourceBucket(bucket)
                            .sourceKey("from")
                            .destinationBucket(bucket)
                            .destinationKey("to")))
        .completionFuture()
        .join();
    assertSealed("to", plain);
    assertSealed("from", plain);
  }

  @Test
  void objectsOfSeveralPartsComeAndGoThroughTheMultipartClient() {
    for (int length : new int[] {1000, 5 * MIB, 12 * MIB + 17, 15 * MIB}) {
      byte[] plain = bytes(length);
      s3.putObject(b -> b.bucket(bucket).key("k"), AsyncRequestBody.fromBytes(plain)).join();
      assertSealed("k", plain);
      var got =
          s3.getObject(b -> b.bucket(bucket).key("k"), AsyncResponseTransformer.toBytes()).join();
      assertThat(got.asByteArray()).isEqualTo(plain);
      assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).join().contentLength())
          .isEqualTo(length);
    }
  }

  @Test
  void aBodyOfUnknownLengthIsSentInParts() {
    for (int length : new int[] {3, 12 * MIB + 17}) {
      byte[] plain = bytes(length);
      BlockingInputStreamAsyncRequestBody body = AsyncRequestBody.forBlockingInputStream(null);
      Upload upload =
          transfers.upload(
              u -> u.putObjectRequest(p -> p.bucket(bucket).key("k")).requestBody(body));
      body.writeInputStream(new ByteArrayInputStream(plain));
      upload.completionFuture().join();
      assertSealed("k", plain);
    }
  }

  @Test
  void filesAndFolders() throws IOException {
    byte[] large = bytes(12 * MIB + 5);
    file("up/large", large);
    file("up/deep/small", bytes(100));
    file("up/empty", new byte[0]);
    var up =
        transfers
            .uploadDirectory(d -> d.source(folder.resolve("up")).bucket(bucket).s3Prefix("p"))
            .completionFuture()
            .join();
    assertThat(up.failedTransfers()).isEmpty();
    assertSealed("p/large", large);
    assertSealed("p/deep/small", bytes(100));
    var down =
        transfers
            .downloadDirectory(
                d ->
                    d.destination(folder.resolve("down"))
                        .bucket(bucket)
                        .listObjectsV2RequestTransformer(l -> l.prefix("p/")))
            .completionFuture()
            .join();
    assertThat(down.failedTransfers()).isEmpty();
    assertThat(Files.readAllBytes(folder.resolve("down/large"))).isEqualTo(large);
    assertThat(Files.readAllBytes(folder.resolve("down/deep/small"))).isEqualTo(bytes(100));
    assertThat(Files.size(folder.resolve("down/empty"))).isZero();
  }

  /** Over a store that lists whole parts only: S3Mock lists a part while it is being written. */
  @Test
  void anUploadIsPausedAndResumed() throws Exception {
    byte[] plain = bytes(40 * MIB);
    Path file = file("up", plain);
    CountDownLatch begun = new CountDownLatch(1);
    try (TinyStore store = new TinyStore();
        S3AsyncClient client = split(store.endpoint(), interceptor);
        S3TransferManager manager = S3TransferManager.builder().s3Client(client).build();
        S3Client reading = Clients.with(store.endpoint(), interceptor)) {
      FileUpload upload =
          manager.uploadFile(
              u ->
                  u.source(file)
                      .putObjectRequest(p -> p.bucket(bucket).key("k"))
                      .addTransferListener(whenBytesCame(begun)));
      begun.await();
      ResumableFileUpload paused = upload.pause();
      manager
          .resumeUploadFile(ResumableFileUpload.fromString(paused.serializeToString()))
          .completionFuture()
          .join();
      assertThat(MockStore.get(reading, bucket, "k")).isEqualTo(plain);
    }
  }

  @Test
  void aDownloadIsPausedAndResumed() throws Exception {
    byte[] plain = bytes(40 * MIB);
    s3.putObject(b -> b.bucket(bucket).key("k"), AsyncRequestBody.fromBytes(plain)).join();
    Path file = folder.resolve("down");
    CountDownLatch begun = new CountDownLatch(1);
    FileDownload download =
        transfers.downloadFile(
            d ->
                d.destination(file)
                    .getObjectRequest(g -> g.bucket(bucket).key("k"))
                    .addTransferListener(whenBytesCame(begun)));
    begun.await();
    ResumableFileDownload paused = download.pause();
    transfers
        .resumeDownloadFile(ResumableFileDownload.fromString(paused.serializeToString()))
        .completionFuture()
        .join();
    assertThat(Files.readAllBytes(file)).isEqualTo(plain);
  }

  private static TransferListener whenBytesCame(CountDownLatch begun) {
    return new TransferListener() {
      @Override
      public void bytesTransferred(Context.BytesTransferred context) {
        begun.countDown();
      }
    };
  }

  /**
   * Of two parts each, the second of some bytes. With sub-requests on the caller's client 14 of 48
   * hung until their time-out.
   */
  @Test
  void manyUploadsAndDownloadsAtOnceFinish() throws IOException {
    byte[] plain = bytes(5 * MIB + 17);
    Path file = file("plain", plain);
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      String key = "k" + i;
      all.add(s3.putObject(b -> b.bucket(bucket).key(key), AsyncRequestBody.fromFile(file)));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    all.clear();
    for (int i = 0; i < AT_ONCE; i++) {
      String key = "k" + i;
      Path to = folder.resolve("got" + i);
      all.add(s3.getObject(b -> b.bucket(bucket).key(key), AsyncResponseTransformer.toFile(to)));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    for (int i = 0; i < AT_ONCE; i++) {
      assertThat(Files.mismatch(file, folder.resolve("got" + i))).isEqualTo(-1);
    }
    assertSealed("k" + (AT_ONCE - 1), plain);
  }
}
