package io.claviger.e2e.awskms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in front of a KMS, counts calls by operation, and throttles them when asked to. */
class CountedKms implements AutoCloseable {
  private static final Set<String> OWN =
      Set.of("host", "connection", "content-length", "upgrade", "expect");

  private static final String THROTTLED =
      "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}";

  private final URI kms;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Map<String, Integer> calls = new TreeMap<>();
  private int throttled;

  CountedKms(URI kms) {
    this.kms = kms;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::pass);
    server.setExecutor(threads);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns how many calls there were of an operation since the last {@link #forget}. */
  synchronized int of(String operation) {
    return calls.getOrDefault(operation, 0);
  }

  /** Returns how many calls there were of each operation since then. */
  synchronized Map<String, Integer> calls() {
    return new TreeMap<>(calls);
  }

  synchronized void forget() {
    calls.clear();
  }

  /** Refuses the next calls, so many of them, as AWS does above a quota. */
  synchronized void throttle(int next) {
    throttled = next;
  }

  /** Counts a call, and returns whether it is throttled. */
  private synchronized boolean count(String operation) {
    calls.merge(operation, 1, Integer::sum);
    return throttled > 0 && throttled-- > 0;
  }

  /** Returns what is answered where the KMS succeeded with {@code body}. */
  byte[] answer(String operation, byte[] body) {
    return body;
  }

  private void pass(HttpExchange call) throws IOException {
    try (call) {
      String target = call.getRequestHeaders().getFirst("X-Amz-Target");
      String operation = target.substring(target.indexOf('.') + 1);
      if (count(operation)) {
        call.getRequestBody().readAllBytes();
        send(call, 400, THROTTLED.getBytes(StandardCharsets.US_ASCII));
        return;
      }
      HttpRequest.Builder on =
          HttpRequest.newBuilder(kms.resolve(call.getRequestURI().toString()))
              .POST(HttpRequest.BodyPublishers.ofByteArray(call.getRequestBody().readAllBytes()));
      call.getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                  values.forEach(value -> on.header(name, value));
                }
              });
      HttpResponse<byte[]> answer = http.send(on.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> call.getResponseHeaders().add("Content-Type", type));
      byte[] body = answer.statusCode() == 200 ? answer(operation, answer.body()) : answer.body();
      send(call, answer.statusCode(), body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange call, int status, byte[] body) throws IOException {
    call.sendResponseHeaders(status, body.length);
    call.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
