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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in front of a KMS and counts calls by operation. */
final class CountedKms implements AutoCloseable {
  private static final Set<String> OWN =
      Set.of("host", "connection", "content-length", "upgrade", "expect");

  private final URI kms;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Map<String, Integer> calls = new TreeMap<>();

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

  synchronized void forget() {
    calls.clear();
  }

  private synchronized void count(String target) {
    calls.merge(target.substring(target.indexOf('.') + 1), 1, Integer::sum);
  }

  private void pass(HttpExchange call) throws IOException {
    try (call) {
      count(call.getRequestHeaders().getFirst("X-Amz-Target"));
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
      call.sendResponseHeaders(answer.statusCode(), answer.body().length);
      call.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
