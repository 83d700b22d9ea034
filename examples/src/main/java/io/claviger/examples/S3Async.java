package io.claviger.examples;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Many objects at once through an ordinary asynchronous client. */
public final class S3Async {
  private static final String BUCKET = "async";
  private static final int OBJECTS = 20;

  private S3Async() {}

  /**
   * Runs the example.
   *
   * @param args an S3 endpoint; without it a server is started inside this JVM
   */
  public static void main(String[] args) {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "orders");
    keys.manager().createKey("orders");
    ClavigerInterceptor interceptor =
        ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).build();
    try (Store store = Store.open(args.length == 0 ? null : URI.create(args[0]));
        S3AsyncClient s3 = store.asyncClient(interceptor);
        S3Client plain = store.client()) {
      plain.createBucket(b -> b.bucket(BUCKET));

      all(number -> put(s3, number));
      System.out.println("sealed " + OBJECTS + " objects at once");

      all(number -> s3.headObject(b -> b.bucket(BUCKET).key("letter/" + number)));
      var range =
          s3.getObject(
                  b -> b.bucket(BUCKET).key("letter/7").range("bytes=0-5"),
                  AsyncResponseTransformer.toBytes())
              .join();
      System.out.println("a range: " + range.asUtf8String());

      byte[] stored = plain.getObjectAsBytes(b -> b.bucket(BUCKET).key("letter/7")).asByteArray();
      System.out.println("in the store: " + new String(stored, 0, 4, StandardCharsets.US_ASCII));
    }
  }

  private static CompletableFuture<?> put(S3AsyncClient s3, int number) {
    return s3.putObject(
        b -> b.bucket(BUCKET).key("letter/" + number),
        AsyncRequestBody.fromString("letter number " + number));
  }

  private static void all(IntFunction<CompletableFuture<?>> call) {
    CompletableFuture.allOf(
            IntStream.rangeClosed(1, OBJECTS).mapToObj(call).toArray(CompletableFuture[]::new))
        .join();
  }
}
