package io.claviger.backend.awskms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.claviger.config.AwsCredentials.AccessKey;
import io.claviger.config.AwsKmsConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.KmsBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * An HTTP server that gives prepared answers in the protocol of AWS KMS, and remembers requests.
 */
final class FakeKms implements AutoCloseable {
  static final String ARN =
      "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  static final String KEY =
      "{\"KeyMetadata\":{\"Arn\":\"%s\",\"KeyId\":\"x\",\"KeyState\":\"Enabled\",\"KeySpec\":\"SYMMETRIC_DEFAULT\",\"KeyManager\":\"CUSTOMER\",\"Origin\":\"AWS_KMS\",\"CreationDate\":1700000000,\"CurrentKeyMaterialId\":\"0a1b\"}}"
          .formatted(ARN);

  static final BackendSettings SETTINGS =
      new BackendSettings(Duration.ofSeconds(30), true, false, Clock.systemUTC());

  /** What arrived: the operation and its body. */
  record Seen(String operation, String body) {}

  /** What is answered; the last one again and again. */
  record Answer(int status, String body) {
    static Answer error(int status, String code) {
      return new Answer(
          status, "{\"__type\":\"%s\",\"message\":\"the service's own words\"}".formatted(code));
    }

    static Answer ok(String body) {
      return new Answer(200, body);
    }
  }

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final HttpServer server;

  FakeKms() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      String target = call.getRequestHeaders().getFirst("X-Amz-Target");
      String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String operation = target == null ? "?" : target.substring(target.indexOf('.') + 1);
      seen.add(new Seen(operation, body));
      Answer answer =
          operation.equals("ListKeys") ? Answer.ok("{\"Keys\":[],\"Truncated\":false}") : next();
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      call.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
      call.getResponseHeaders().add("x-amzn-RequestId", "req-1");
      call.sendResponseHeaders(answer.status(), bytes.length);
      call.getResponseBody().write(bytes);
    }
  }

  private synchronized Answer next() {
    return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
  }

  /** Answers so from now on, in this order; listing keys always works. */
  synchronized void answers(Answer... next) {
    answers.clear();
    answers.addAll(List.of(next));
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  AwsKmsConfig config() {
    return AwsKmsConfig.of("eu-central-1")
        .withEndpointUrl(url())
        .withCredentials(AccessKey.of("AKIDEXAMPLE", "Zz9qSecret"));
  }

  KmsBackend open() {
    return open(config(), Duration.ofSeconds(30));
  }

  static KmsBackend open(AwsKmsConfig config, Duration timeout) {
    return new AwsKmsBackendFactory()
        .create(
            BackendFields.of(config.toMapWithSecrets()),
            new BackendSettings(timeout, true, false, Clock.systemUTC()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
