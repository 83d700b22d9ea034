package io.claviger.e2e.vault;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The one endpoint of Kubernetes that Vault's login asks: is this service account's token good? It
 * says yes to tokens that hold the word {@code good}.
 */
final class TokenReviewStub implements AutoCloseable {
  private static final byte[] GOOD = "good-signature".getBytes(StandardCharsets.US_ASCII);

  private final HttpServer server;

  TokenReviewStub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/apis/authentication.k8s.io/v1/tokenreviews",
        exchange -> {
          try (exchange) {
            String asked =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean good =
                asked.contains(Base64.getUrlEncoder().withoutPadding().encodeToString(GOOD));
            byte[] answer =
                """
                {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview",
                 "status":{"authenticated":%b,"user":{"username":"system:serviceaccount:default:app",
                 "uid":"uid-1","groups":["system:serviceaccounts","system:authenticated"]}}}
                """
                    .formatted(good)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
  }

  String host() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns a token of the service account {@code app}, as a pod finds it in its file. */
  static String jwt(boolean good) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String claims =
        """
        {"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:default:app","iat":1700000000,"nbf":1700000000,"exp":4102444800,
         "kubernetes.io":{"namespace":"default","serviceaccount":{"name":"app","uid":"uid-1"}}}
        """;
    return base64.encodeToString(
            "{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + "."
        + base64.encodeToString(
            good ? GOOD : "other-signature".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
