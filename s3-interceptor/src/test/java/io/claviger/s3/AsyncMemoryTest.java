package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.ResponsePublisher;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** 64 downloads of 64 MiB at once, in 256 MiB. */
class AsyncMemoryTest {
  private static final int DOWNLOADS = 64;
  private static final int MIB = 1 << 20;
  private static final int OBJECT_BYTES = 16 * MIB;

  @Test
  void manyDownloadsAtOnceTakeLittleMemory(@TempDir Path folder) throws IOException {
    byte[] plain = new byte[OBJECT_BYTES];
    new Random(1).nextBytes(plain);
    Path file = Files.write(folder.resolve("plain"), plain);
    CRC32 crc = new CRC32();
    crc.update(plain);
    try (TinyStore store = new TinyStore()) {
      ChildJvm.Done done =
          ChildJvm.run(
              List.of("-Xmx256m"),
              Run.class,
              store.endpoint().toString(),
              file.toString(),
              Long.toString(crc.getValue()));
      assertThat(done.exitCode()).as(done.output()).isZero();
      assertThat(done.output()).contains("ALL RIGHT");
      assertThat(store.count("GET")).isEqualTo(DOWNLOADS);
    }
  }

  /** The program of the child. */
  static final class Run {
    private Run() {}

    public static void main(String[] arguments) {
      S3AsyncClient s3 =
          Clients.async(
              URI.create(arguments[0]),
              b -> b.httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(DOWNLOADS)),
              TestKeys.interceptor().httpClient(Clients.apache()).build());
      s3.putObject(b -> b.bucket("b").key("k"), AsyncRequestBody.fromFile(Path.of(arguments[1])))
          .join();
      CompletableFuture<?>[] all = new CompletableFuture<?>[DOWNLOADS];
      for (int i = 0; i < DOWNLOADS; i++) {
        all[i] =
            s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toPublisher())
                .thenCompose(body -> check(body, Long.parseLong(arguments[2])));
      }
      CompletableFuture.allOf(all).join();
      System.out.println("ALL RIGHT");
      System.exit(0);
    }

    private static CompletableFuture<Void> check(
        ResponsePublisher<GetObjectResponse> body, long expected) {
      CRC32 crc = new CRC32();
      return body.subscribe((ByteBuffer bytes) -> crc.update(bytes))
          .thenRun(
              () -> {
                if (crc.getValue() != expected) {
                  throw new IllegalStateException("other bytes");
                }
              });
    }
  }
}
