package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.BlockingInputStreamAsyncRequestBody;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Uses that were reported to the SDK and to what is built on it as going wrong: whatever a plain
 * client makes of each, the same comes of it with the interceptor.
 */
class ReportedUsesTest {
  private static final byte[] BYTES = Shape.bytes(300_000);

  /** What befalls the first PUT of a client. */
  private enum Mishap {
    NONE,
    /** It is answered with 503 after its body was read. */
    UNAVAILABLE,
    /** It is done, and the answer does not arrive. */
    ANSWER_LOST
  }

  /** A pool of two connections, and one mishap. */
  private static final class Connections implements SdkHttpClient {
    private final SdkHttpClient pool =
        ApacheHttpClient.builder()
            .maxConnections(2)
            .connectionAcquisitionTimeout(Duration.ofMinutes(2))
            .build();

    private final AtomicBoolean due = new AtomicBoolean();
    private final Mishap mishap;

    Connections(Mishap mishap) {
      this.mishap = mishap;
      due.set(mishap != Mishap.NONE);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      boolean now = request.httpRequest().method() == SdkHttpMethod.PUT && due.getAndSet(false);
      if (now && mishap == Mishap.UNAVAILABLE) {
        return new Unavailable(request);
      }
      ExecutableHttpRequest prepared = pool.prepareRequest(request);
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          HttpExecuteResponse answer = prepared.call();
          if (now) {
            throw new IOException("the connection broke before the answer");
          }
          return answer;
        }

        @Override
        public void abort() {
          prepared.abort();
        }
      };
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  /** Takes the body and answers 503. */
  private record Unavailable(HttpExecuteRequest request) implements ExecutableHttpRequest {
    @Override
    public HttpExecuteResponse call() throws IOException {
      try (InputStream body = request.contentStreamProvider().orElseThrow().newStream()) {
        body.readAllBytes();
      }
      return HttpExecuteResponse.builder()
          .response(SdkHttpResponse.builder().statusCode(503).build())
          .build();
    }

    @Override
    public void abort() {}
  }

  /** The clients of one side, and a bucket of its own. */
  private record Side(S3Client s3, S3AsyncClient async, String bucket) {
    byte[] get(String key) {
      return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
    }

    String put(String key, RequestBody body) {
      s3.putObject(b -> b.bucket(bucket).key(key), body);
      return summary(get(key));
    }
  }

  private interface Use {
    String of(Side side) throws Exception;
  }

  /** What was reported, by tracker and number. */
  private enum Report {
    /** An empty body of unknown length. */
    AWS_SDK_6464(
        side -> {
          try (ExecutorWithClose threads = new ExecutorWithClose()) {
            side.async
                .putObject(
                    b -> b.bucket(side.bucket).key("k"),
                    AsyncRequestBody.fromInputStream(
                        InputStream.nullInputStream(), null, threads.service))
                .join();
          }
          return summary(side.get("k"));
        }),

    /** A repetition of a body that cannot be read twice. */
    AWS_SDK_1544_UNAVAILABLE(
        side -> side.put("k", RequestBody.fromInputStream(once(BYTES), BYTES.length))),

    /** A repetition of a body with a mark that was read over. */
    ICEBERG_2796_UNAVAILABLE(
        side ->
            side.put(
                "k",
                RequestBody.fromInputStream(
                    new BufferedInputStream(once(BYTES), 1024), BYTES.length))),

    /** The same with a stream that can always go back. */
    NEXTFLOW_7577_UNAVAILABLE(
        side ->
            side.put(
                "k", RequestBody.fromInputStream(new ByteArrayInputStream(BYTES), BYTES.length))),

    /** Half of a stream. */
    AWS_SDK_2908(
        side ->
            side.put("k", RequestBody.fromInputStream(new ByteArrayInputStream(BYTES), 150_000))),

    /** Keys whose path another layer may normalize. */
    AWS_SDK_3749(
        side -> {
          List<String> got = new ArrayList<>();
          for (String key :
              List.of("123//456", "a/b/", "a b+c%20d", "k^*'()!~", "ü/€", "a?b=c&d#e")) {
            got.add(outcome(() -> got.add(side.put(key, RequestBody.fromString(key)))));
          }
          return got.toString();
        }),

    /** Conditions that are not met, of readers. */
    AWS_SDK_428(
        side -> {
          side.put("k", RequestBody.fromBytes(BYTES));
          String eTag = side.s3.headObject(b -> b.bucket(side.bucket).key("k")).eTag();
          return outcome(
                  () -> side.s3.getObject(b -> b.bucket(side.bucket).key("k").ifNoneMatch(eTag)))
              + outcome(
                  () -> side.s3.headObject(b -> b.bucket(side.bucket).key("k").ifNoneMatch(eTag)))
              + outcome(
                  () ->
                      side.async
                          .getObject(
                              b -> b.bucket(side.bucket).key("k").ifNoneMatch(eTag),
                              AsyncResponseTransformer.toBytes())
                          .join());
        }),

    /** An empty object to a file. */
    AWS_SDK_1148(
        side -> {
          side.put("k", RequestBody.empty());
          Path folder = Files.createTempDirectory("empty");
          side.s3.getObject(
              b -> b.bucket(side.bucket).key("k"), ResponseTransformer.toFile(folder.resolve("s")));
          side.async
              .getObject(
                  b -> b.bucket(side.bucket).key("k"),
                  AsyncResponseTransformer.toFile(folder.resolve("a")))
              .join();
          return Files.size(folder.resolve("s")) + " " + Files.size(folder.resolve("a"));
        }),

    /** A condition of a writer that the writer's own first attempt made false. */
    AWS_SDK_6580_ANSWER_LOST(
        side -> {
          String first =
              outcome(
                  () ->
                      side.s3.putObject(
                          b -> b.bucket(side.bucket).key("k").ifNoneMatch("*"),
                          RequestBody.fromBytes(BYTES)));
          return first + summary(side.get("k"));
        }),

    /** A checksum of the plaintext beside a body that is sealed. */
    SPRING_CLOUD_AWS_1339(
        side -> {
          byte[] md5 = MessageDigest.getInstance("MD5").digest(BYTES);
          String header = Base64.getEncoder().encodeToString(md5);
          side.s3.putObject(
              b -> b.bucket(side.bucket).key("k").contentMD5(header), RequestBody.fromBytes(BYTES));
          return summary(side.get("k"))
              + outcome(
                  () ->
                      side.s3.putObject(
                          b -> b.bucket(side.bucket).key("other").contentMD5(header),
                          RequestBody.fromString("other")));
        }),

    /** A stream that its decompressor gives up at the first bytes. */
    DATA_PREPPER_3809(
        side -> {
          side.put("k", RequestBody.fromBytes(BYTES));
          String last = "";
          for (int round = 0; round < 20; round++) {
            try (InputStream in = side.s3.getObject(b -> b.bucket(side.bucket).key("k"))) {
              last = outcome(() -> new GZIPInputStream(in));
            }
          }
          return last;
        }),

    /** A body that is written after the call was made. */
    AWS_SDK_4722(
        side -> {
          BlockingInputStreamAsyncRequestBody body =
              AsyncRequestBody.forBlockingInputStream((long) BYTES.length);
          var put = side.async.putObject(b -> b.bucket(side.bucket).key("k"), body);
          body.writeInputStream(new ByteArrayInputStream(BYTES));
          put.join();
          return summary(side.get("k"));
        }),

    /** Parts without a checksum of their own, listed without one. */
    AWS_SDK_6518(
        side -> {
          String id = side.s3.createMultipartUpload(b -> b.bucket(side.bucket).key("k")).uploadId();
          String eTag =
              side.s3
                  .uploadPart(
                      b -> b.bucket(side.bucket).key("k").uploadId(id).partNumber(1),
                      RequestBody.fromBytes(BYTES))
                  .eTag();
          CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
          side.s3.completeMultipartUpload(
              b -> b.bucket(side.bucket).key("k").uploadId(id).multipartUpload(m -> m.parts(part)));
          return summary(side.get("k"));
        }),

    /** A waiter, a paginator of one page, and a key that is not there. */
    AWS_SDK_WAITERS(
        side -> {
          side.put("dir/k", RequestBody.fromBytes(BYTES));
          var waited =
              side.s3.waiter().waitUntilObjectExists(b -> b.bucket(side.bucket).key("dir/k"));
          long listed =
              side
                  .s3
                  .listObjectsV2Paginator(b -> b.bucket(side.bucket).prefix("dir/"))
                  .contents()
                  .stream()
                  .mapToLong(o -> o.size())
                  .sum();
          return waited.matched().response().orElseThrow().contentLength()
              + " "
              + listed
              + outcome(() -> side.get("dir/none"))
              + outcome(() -> side.s3.headObject(b -> b.bucket(side.bucket).key("dir/none")));
        });

    private final Use use;

    Report(Use use) {
      this.use = use;
    }

    Mishap mishap() {
      for (Mishap mishap : Mishap.values()) {
        if (name().endsWith("_" + mishap)) {
          return mishap;
        }
      }
      return Mishap.NONE;
    }
  }

  private static final class ExecutorWithClose implements AutoCloseable {
    final ExecutorService service = Executors.newSingleThreadExecutor();

    @Override
    public void close() {
      service.shutdownNow();
    }
  }

  /** A stream without a mark. */
  private static InputStream once(byte[] bytes) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public boolean markSupported() {
        return false;
      }
    };
  }

  private static String summary(byte[] bytes) {
    return bytes.length + " bytes " + Arrays.hashCode(bytes) + " ";
  }

  private interface Work {
    Object run() throws Exception;
  }

  private static String outcome(Work work) {
    try {
      work.run();
      return "done ";
    } catch (Exception e) {
      Throwable cause = e instanceof CompletionException ? e.getCause() : e;
      String what = cause.getClass().getSimpleName();
      return cause instanceof AwsServiceException s3 ? what + s3.statusCode() + " " : what + " ";
    }
  }

  private static String outcome(Report report, ExecutionInterceptor... interceptors) {
    try (Connections connections = new Connections(report.mishap());
        S3Client s3 =
            Clients.with(MockStore.endpoint(), b -> b.httpClient(connections), interceptors);
        S3AsyncClient async =
            Clients.async(
                MockStore.endpoint(),
                b -> b.httpClient(Clients.netty()).multipartEnabled(true),
                interceptors)) {
      Side side = new Side(s3, async, MockStore.bucket());
      List<String> result = new ArrayList<>();
      result.add(outcome(() -> result.add(report.use.of(side))));
      return result.toString();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameAsAPlainClientMakesOfIt(Report report) {
    String expected = outcome(report);
    assertThat(outcome(report, MockStore.interceptor().build())).isEqualTo(expected);
  }
}
