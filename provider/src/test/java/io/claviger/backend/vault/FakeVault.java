package io.claviger.backend.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.claviger.config.AuthMethod;
import io.claviger.config.KmsConfig;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A server that answers as Vault does with one Transit key, or as a test wants. */
final class FakeVault implements AutoCloseable {
  /** One answer; {@code more} is written after the body, for ever if it wants. */
  record Answer(int status, String body, Writer more) {
    static Answer of(int status, String body) {
      return new Answer(status, body, out -> {});
    }

    static Answer ok(String body) {
      return of(200, body);
    }
  }

  interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** What came: method, path below /v1/, token, body. */
  record Request(String line, String token, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Function<Request, Answer>> answers = new ConcurrentHashMap<>();
  final List<Request> seen = new CopyOnWriteArrayList<>();

  FakeVault() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
    usual();
  }

  /** Answers as Vault does. */
  void usual() {
    answers.clear();
    answer("GET sys/health?standbyok=true&perfstandbyok=true", "{\"initialized\":true}");
    answer("GET auth/token/lookup-self", token("0"));
    answer("GET transit/keys?list=true", "{\"data\":{\"keys\":[\"k\"]}}");
    answer("GET transit/keys/k", key("1", "\"1\":1700000000"));
    answer("POST transit/encrypt/k", "{\"data\":{\"ciphertext\":\"vault:v1:AAAA\"}}");
  }

  static String token(String ttl) {
    return """
        {"data":{"accessor":"a","creation_time":1,"creation_ttl":0,"display_name":"d","entity_id":"",
         "expire_time":null,"explicit_max_ttl":0,"id":"i","issue_time":"","meta":null,"num_uses":0,
         "orphan":true,"path":"p","policies":["p"],"renewable":false,"ttl":%s,"type":"service"}}
        """
        .formatted(ttl);
  }

  static String login(String token) {
    return """
        {"request_id":"q","lease_id":"","renewable":false,"lease_duration":0,"data":null,
         "auth":{"client_token":"%s","accessor":"a","policies":["p"],"token_policies":["p"],
         "metadata":{},"lease_duration":3600,"renewable":true,"entity_id":"","token_type":"service",
         "orphan":true,"num_uses":0}}
        """
        .formatted(token);
  }

  static String key(String latest, String versions) {
    return "{\"data\":{\"type\":\"aes256-gcm96\",\"derived\":false,\"latest_version\":%s,\"keys\":{%s}}}"
        .formatted(latest, versions);
  }

  void answer(String line, String body) {
    answer(line, Answer.ok(body));
  }

  void answer(String line, Answer answer) {
    answers.put(line, request -> answer);
  }

  void answer(String line, Function<Request, Answer> answer) {
    answers.put(line, answer);
  }

  long count(String line) {
    return seen.stream().filter(request -> request.line().equals(line)).count();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns a service over its Transit keys that is configured but not started. */
  KmsServiceManager service(AuthMethod login, UnaryOperator<KmsConfig.Builder> change) {
    KmsServiceManager service = new KmsServiceManager();
    service.configure(
        change
            .apply(
                KmsConfig.builder(VaultTransitConfig.of(VaultConnection.of(address(), login)))
                    .allowInsecureDevDefaults(true)
                    .retryAttempts(1)
                    .enableCache(false))
            .build());
    return service;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
      Request request =
          new Request(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI().toString().substring("/v1/".length()),
              token == null ? "" : token,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      seen.add(request);
      Answer answer =
          answers
              .getOrDefault(request.line(), r -> Answer.of(404, "{\"errors\":[]}"))
              .apply(request);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), 0);
      OutputStream out = exchange.getResponseBody();
      out.write(answer.body().getBytes(StandardCharsets.UTF_8));
      out.flush();
      answer.more().write(out);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
