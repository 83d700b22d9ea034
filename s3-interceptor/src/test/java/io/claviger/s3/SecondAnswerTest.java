package io.claviger.s3;

import static io.claviger.s3.PutAndGetTest.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** A store that answers one request twice, on one connection; asynchronous clients. */
class SecondAnswerTest {
  private static final byte[] UNSEALED = "bytes that were never sealed".getBytes(ISO_8859_1);
  private static final int CALLS = 10;

  private final TinyStore store = new TinyStore();
  private final Doubling doubling = new Doubling(store);

  @AfterEach
  void stop() {
    doubling.close();
    store.close();
  }

  private byte[] put(int length) {
    byte[] plain = bytes(length);
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromBytes(plain));
    }
    return plain;
  }

  private S3AsyncClient client(boolean parts) {
    ClavigerInterceptor interceptor = TestKeys.interceptor().httpClient(Clients.apache()).build();
    return Clients.async(
        doubling.endpoint(),
        b -> b.httpClient(Clients.netty()).multipartEnabled(parts),
        interceptor);
  }

  /**
   * Calls several times; each call fails with the refusal or returns the first answer, which is
   * what a call without a second answer returns.
   */
  private <T> void refusedOr(T first, Supplier<T> call) {
    doubling.doubles = false;
    assertThat(call.get()).as("of a store that answers once").isEqualTo(first);
    doubling.doubles = true;
    for (int i = 0; i < CALLS; i++) {
      try {
        assertThat(call.get()).isEqualTo(first);
      } catch (CompletionException e) {
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                ClavigerS3Exception.class,
                refusal -> assertThat(refusal.failure()).isEqualTo(Failure.PROTOCOL));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "22,,,false,200",
    "22,,,true,200",
    "22,,,false,404",
    "22,,1,false,200",
    "22,bytes=0-3,,false,200",
    "22,bytes=0-3,,true,200",
    "300000,,,false,200",
    "300000,,,true,200",
    "300000,bytes=5-70000,,false,206",
  })
  void noByteOfASecondAnswerIsReturned(
      int length, String range, Integer part, boolean parts, int status) {
    byte[] plain = put(length);
    doubling.status = status;
    GetObjectRequest request =
        GetObjectRequest.builder().bucket("b").key("k").range(range).partNumber(part).build();
    byte[] wanted = range == null ? plain : Doubling.cut(plain, range);
    try (S3AsyncClient s3 = client(parts)) {
      refusedOr(
          wanted,
          () -> s3.getObject(request, AsyncResponseTransformer.toBytes()).join().asByteArray());
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void noLengthOfASecondAnswerIsReturned(boolean parts) {
    put(22);
    try (S3AsyncClient s3 = client(parts)) {
      refusedOr(22L, () -> s3.headObject(b -> b.bucket("b").key("k")).join().contentLength());
    }
  }

  /** Answers GET and HEAD with the objects of a store, and behind each answer with another one. */
  private static final class Doubling implements AutoCloseable {
    private final TinyStore store;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Of the second answer. */
    volatile int status = 200;

    volatile boolean doubles = true;

    Doubling(TinyStore store) {
      this.store = store;
      try {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      threads.execute(this::accept);
    }

    URI endpoint() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    static byte[] cut(byte[] bytes, String range) {
      String[] ends = range.substring("bytes=".length()).split("-");
      int last = Math.min(bytes.length - 1, Integer.parseInt(ends[1]));
      return Arrays.copyOfRange(bytes, Integer.parseInt(ends[0]), last + 1);
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = server.accept();
          threads.execute(() -> serve(socket));
        }
      } catch (IOException e) {
        assertThat(server.isClosed()).isTrue();
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String[] request = line(in).split(" ");
        if (request.length < 2) {
          return;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
          headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
        }
        OutputStream out = socket.getOutputStream();
        out.write(answers(request, headers.get("Range")));
        out.flush();
        in.read(); // until the client closes
      } catch (IOException e) {
        assertThat(e).as("the client closed").isNotNull();
      }
    }

    private byte[] answers(String[] request, String range) {
      TinyStore.Stored stored = store.object("b/k");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] body = range == null ? stored.bytes() : cut(stored.bytes(), range);
      StringBuilder head = new StringBuilder(range == null ? "HTTP/1.1 200 OK" : "HTTP/1.1 206 OK");
      stored.metadata().forEach((name, value) -> head.append("\r\n" + name + ": " + value));
      if (range != null) {
        int first = Integer.parseInt(range.substring("bytes=".length()).split("-")[0]);
        head.append(
            "\r\nContent-Range: bytes %d-%d/%d"
                .formatted(first, first + body.length - 1, stored.bytes().length));
      }
      if (!doubles) {
        head.append("\r\nConnection: close");
      }
      boolean get = request[0].equals("GET");
      append(out, head.toString(), get, body);
      if (doubles) {
        append(out, "HTTP/1.1 " + status + " OK", get, UNSEALED);
      }
      return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, String head, boolean get, byte[] body) {
      String lines = head + "\r\nETag: \"1\"\r\nContent-Length: " + body.length + "\r\n\r\n";
      out.writeBytes(lines.getBytes(ISO_8859_1));
      if (get) {
        out.writeBytes(body);
      }
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      threads.shutdownNow();
    }
  }
}
