package io.claviger.examples;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/** A folder goes up and comes down through the SDK's transfer manager, with progress bars. */
public final class S3TransferManager {
  private static final String BUCKET = "transfers";
  private static final int[] FILE_BYTES = {0, 1000, 3 << 20, 20 << 20};

  private S3TransferManager() {}

  /**
   * Runs the example.
   *
   * @param args an S3 endpoint; without it a server is started inside this JVM
   * @throws IOException if the folder cannot be written
   */
  public static void main(String[] args) throws IOException {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "orders");
    keys.manager().createKey("orders");
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).build();
    Path up = TemporaryFolders.create("up");
    Path down = TemporaryFolders.create("down");
    long bytes = fill(up);
    try (Store store = Store.open(args.length == 0 ? null : URI.create(args[0]));
        S3AsyncClient s3 = store.asyncClient(interceptor);
        S3Client plain = store.client();
        var transfers =
            software.amazon.awssdk.transfer.s3.S3TransferManager.builder().s3Client(s3).build()) {
      plain.createBucket(b -> b.bucket(BUCKET));
      TransferListener upward = new Bar(bytes);
      var sent =
          transfers
              .uploadDirectory(
                  d ->
                      d.source(up)
                          .bucket(BUCKET)
                          .uploadFileRequestTransformer(f -> f.addTransferListener(upward)))
              .completionFuture()
              .join();
      TransferListener downward = new Bar(bytes);
      var got =
          transfers
              .downloadDirectory(
                  d ->
                      d.destination(down)
                          .bucket(BUCKET)
                          .downloadFileRequestTransformer(f -> f.addTransferListener(downward)))
              .completionFuture()
              .join();
      System.out.println(
          "failed: " + (sent.failedTransfers().size() + got.failedTransfers().size()));
      for (int i = 0; i < FILE_BYTES.length; i++) {
        String name = "file-" + i;
        String first =
            plain
                .getObjectAsBytes(b -> b.bucket(BUCKET).key(name).range("bytes=0-3"))
                .asString(StandardCharsets.US_ASCII);
        boolean same = Files.mismatch(up.resolve(name), down.resolve(name)) < 0;
        System.out.println(name + ": in the store " + first + ", came back the same: " + same);
      }
    } finally {
      TemporaryFolders.delete(up);
      TemporaryFolders.delete(down);
    }
  }

  private static long fill(Path folder) throws IOException {
    long sum = 0;
    for (int i = 0; i < FILE_BYTES.length; i++) {
      byte[] bytes = new byte[FILE_BYTES[i]];
      new Random(i).nextBytes(bytes);
      Files.write(folder.resolve("file-" + i), bytes);
      sum += bytes.length;
    }
    return sum;
  }

  /** One bar for all files: what came of each since it was asked last. */
  private static final class Bar implements TransferListener {
    private final AtomicLong done = new AtomicLong();
    private final Map<Object, Long> ofEach = new ConcurrentHashMap<>();
    private final ProgressBar bar;

    Bar(long bytes) {
      this.bar = new ProgressBar(System.out, bytes);
    }

    @Override
    public void bytesTransferred(Context.BytesTransferred context) {
      long now = context.progressSnapshot().transferredBytes();
      Long before = ofEach.put(context.request(), now);
      long sum = done.addAndGet(now - (before == null ? 0 : before));
      synchronized (bar) {
        bar.show(sum);
      }
    }
  }
}
