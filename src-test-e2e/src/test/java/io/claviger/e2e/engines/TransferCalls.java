package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.FileDownload;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/**
 * Transfer managers: over a client that sends each object whole, and over one that is
 * multipart-enabled. No upload is paused: resumed ones fail at times without Claviger too.
 */
final class TransferCalls {
  private static final int LARGE = (12 << 20) + 17;

  private final Clients clients;
  private final String bucket;

  TransferCalls(Clients clients) {
    this.clients = clients;
    this.bucket = clients.bucket;
  }

  List<Scenario> scenarios() {
    return List.of(
        scenario("files, whole", folder -> files(folder, clients.async, "whole")),
        scenario("files, in parts", folder -> files(folder, clients.multipart, "parts")),
        scenario("a folder", this::folder),
        scenario("a copy", this::copy),
        scenario("a download paused", this::pausedDownload));
  }

  /** What is done with files in a folder, which is deleted afterwards. */
  private interface Work {
    void in(Path folder) throws Exception;
  }

  private static Scenario scenario(String name, Work work) {
    return new Scenario(
        "transfer manager: " + name,
        () -> {
          Path folder = Files.createTempDirectory("transfers");
          try {
            work.in(folder);
          } finally {
            delete(folder);
          }
        });
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private static S3TransferManager over(S3AsyncClient client) {
    return S3TransferManager.builder().s3Client(client).build();
  }

  /** The client that downloads whatever was uploaded. */
  private S3AsyncClient getting() {
    return Sdk.isFrom(AsyncCalls.GETS_PARTS) ? clients.multipart : clients.async;
  }

  private static Path file(Path folder, String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private void upload(S3TransferManager transfers, Path source, String key) {
    transfers
        .uploadFile(u -> u.source(source).putObjectRequest(p -> p.bucket(bucket).key(key)))
        .completionFuture()
        .join();
  }

  private void requireStored(String key, byte[] plain) {
    byte[] got = clients.s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
    require(Arrays.equals(got, plain), key + " came back otherwise");
    new ObjectCalls(clients).requireSealed(key);
  }

  private void files(Path folder, S3AsyncClient client, String prefix) throws IOException {
    S3AsyncClient down = client == clients.multipart ? getting() : client;
    try (S3TransferManager up = over(client);
        S3TransferManager back = over(down)) {
      for (int size : new int[] {0, 100, LARGE}) {
        String key = prefix + "-" + size;
        Path source = file(folder, key, ObjectCalls.bytes(size));
        upload(up, source, key);
        requireStored(key, ObjectCalls.bytes(size));
        Path target = folder.resolve("got-" + key);
        back.downloadFile(
                d -> d.destination(target).getObjectRequest(g -> g.bucket(bucket).key(key)))
            .completionFuture()
            .join();
        same(Files.mismatch(source, target), -1L, "first byte of " + key + " that differs");
      }
    }
  }

  private void folder(Path folder) throws IOException {
    file(folder, "up/large", ObjectCalls.bytes(LARGE));
    file(folder, "up/deep/small", ObjectCalls.bytes(100));
    try (S3TransferManager up = over(clients.multipart);
        S3TransferManager back = over(getting())) {
      var sent =
          up.uploadDirectory(u -> u.source(folder.resolve("up")).bucket(bucket).s3Prefix("folder"))
              .completionFuture()
              .join();
      same(sent.failedTransfers(), List.of(), "uploads that failed");
      var got =
          back.downloadDirectory(
                  d ->
                      d.destination(folder.resolve("down"))
                          .bucket(bucket)
                          .listObjectsV2RequestTransformer(l -> l.prefix("folder/")))
              .completionFuture()
              .join();
      same(got.failedTransfers(), List.of(), "downloads that failed");
    }
    requireStored("folder/deep/small", ObjectCalls.bytes(100));
    for (String name : List.of("large", "deep/small")) {
      same(
          Files.mismatch(folder.resolve("up/" + name), folder.resolve("down/" + name)),
          -1L,
          "first byte of " + name + " that differs");
    }
  }

  private void copy(Path folder) throws IOException {
    byte[] plain = ObjectCalls.bytes(LARGE);
    Path source = file(folder, "source", plain);
    try (S3TransferManager transfers = over(clients.multipart)) {
      upload(transfers, source, "from");
      transfers
          .copy(
              c ->
                  c.copyObjectRequest(
                      b ->
                          b.sourceBucket(bucket)
                              .sourceKey("from")
                              .destinationBucket(bucket)
                              .destinationKey("moved")))
          .completionFuture()
          .join();
    }
    requireStored("moved", plain);
  }

  private void pausedDownload(Path folder) throws Exception {
    Path source = file(folder, "source", ObjectCalls.bytes(3 * LARGE));
    Path target = folder.resolve("target");
    CountDownLatch begun = new CountDownLatch(1);
    try (S3TransferManager up = over(clients.multipart);
        S3TransferManager back = over(getting())) {
      upload(up, source, "stopped");
      FileDownload download =
          back.downloadFile(
              d ->
                  d.destination(target)
                      .getObjectRequest(g -> g.bucket(bucket).key("stopped"))
                      .addTransferListener(whenBytesCame(begun)));
      begun.await();
      back.resumeDownloadFile(download.pause()).completionFuture().join();
    }
    same(Files.mismatch(source, target), -1L, "first byte that differs");
  }

  private static TransferListener whenBytesCame(CountDownLatch begun) {
    return new TransferListener() {
      @Override
      public void bytesTransferred(Context.BytesTransferred context) {
        begun.countDown();
      }
    };
  }
}
