package io.claviger.e2e.vault;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Stands in front of Vault and writes down everything that passes. */
final class Recorder implements AutoCloseable {
  private static final int WAIT_SECONDS = 60;
  private static final Set<String> OWN = Set.of("host", "connection", "content-length", "upgrade");

  /** One request and its answer. */
  record Exchange(
      String method, String path, Headers headers, byte[] request, int status, byte[] answer) {}

  private final URI vault;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private record Refusal(Predicate<String> requests, int status, String answer) {}

  private volatile Refusal refusal = new Refusal(request -> false, 503, "");
  private final List<Exchange> all = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Exchange> unseen = new LinkedBlockingQueue<>();

  Recorder(URI vault) {
    this.vault = vault;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::pass);
    server.setExecutor(threads);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Exchange> all() {
    return all;
  }

  /** Answers 503 to requests of these paths, as a Vault in trouble does, and passes nothing on. */
  void refuse(Predicate<String> paths) {
    refusal =
        new Refusal(request -> paths.test(request.substring(request.indexOf(' ') + 1)), 503, "");
  }

  /** Answers requests of this form, {@code METHOD path}, itself. */
  void answer(Predicate<String> requests, int status, String json) {
    refusal = new Refusal(requests, status, json);
  }

  /** Passes everything on again. */
  void passAll() {
    refuse(path -> false);
  }

  void forget() {
    all.clear();
    unseen.clear();
  }

  /** Waits for a request to this path that was not waited for yet, and returns it. */
  Exchange await(String path) {
    try {
      while (true) {
        Exchange next = unseen.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
          throw new AssertionError("no request to " + path + " within " + WAIT_SECONDS + " s");
        }
        if (next.path().equals("/v1/" + path)) {
          return next;
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Refusal set = refusal;
      if (set.requests.test(
          exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath())) {
        byte[] own = set.answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(set.status, own.length == 0 ? -1 : own.length);
        exchange.getResponseBody().write(own);
        return;
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(vault.resolve(exchange.getRequestURI()))
              .method(
                  exchange.getRequestMethod(),
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
        if (OWN.stream().noneMatch(header.getKey()::equalsIgnoreCase)) {
          header.getValue().forEach(value -> request.header(header.getKey(), value));
        }
      }
      HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
      Exchange seen =
          new Exchange(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              body,
              answer.statusCode(),
              answer.body());
      all.add(seen);
      unseen.add(seen);
      answer
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      byte[] bytes = answer.body();
      exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
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
