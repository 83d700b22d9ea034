package io.claviger.backend.vault;

import io.claviger.config.VaultConnection;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What the driver (vault-java-driver) lacks, in one file: requests whose time-out holds for the
 * whole answer and in fractions of a second, that an interrupt ends, whose JSON may be nested
 * (check-and-set), and whose bodies are bytes that can be wiped. The driver logs in, renews and
 * looks up tokens over the same {@link HttpClient}, which brings client certificates of every kind
 * and refuses what is not an answer of Vault.
 *
 * <p>Threads: safe. Blocking: until the answer is there or the time-out is over.
 */
final class VaultHttp {
  private static final String TOKEN_HEADER = "X-Vault-Token";
  private static final String NAMESPACE_HEADER = "X-Vault-Namespace";
  private static final String REQUEST_HEADER = "X-Vault-Request";

  private final String address;
  private final @Nullable String namespace;
  private final Duration timeout;
  private final StrictHttpClient client;

  VaultHttp(VaultConnection connection, Duration timeout) {
    this.address = connection.address().toString().replaceFirst("/+$", "");
    this.namespace = connection.namespace();
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
    if (connection.address().getScheme().equals("https")) {
      builder.sslContext(VaultTls.context(connection.tls()));
    }
    this.client = new StrictHttpClient(builder.build(), timeout);
  }

  /** Returns the client for the driver: same connections, same certificates. */
  HttpClient client() {
    return client;
  }

  String address() {
    return address;
  }

  @Nullable String namespace() {
    return namespace;
  }

  Duration timeout() {
    return timeout;
  }

  /** Returns {@code text} as one segment of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Sends one request in the configured namespace and returns the answer, whatever its status.
   *
   * @param path below {@code /v1/}, its segments encoded
   * @throws KmsException UNAVAILABLE or TIMED_OUT when there is no answer
   */
  VaultReply send(String method, String path, byte @Nullable [] body, @Nullable String token) {
    HttpRequest.Builder request = request(path).method(method, publisher(body));
    if (token != null) {
      header(request, TOKEN_HEADER, token);
    }
    if (namespace != null) {
      request.header(NAMESPACE_HEADER, namespace);
    }
    return answer(request.build());
  }

  /** The JDK's refusal of a value shows it, so that refusal is no cause. */
  private static void header(HttpRequest.Builder request, String name, String secret) {
    try {
      request.header(name, secret);
    } catch (IllegalArgumentException e) {
      throw KmsException.of(
          ErrorKind.ACCESS_DENIED,
          "Vault's token cannot be sent: it holds a line break or another character that no token has. Give the token alone, on one line");
    }
  }

  /** Asks for Vault's health, which needs no token and exists outside of namespaces only. */
  VaultReply health() {
    return answer(request("sys/health?standbyok=true&perfstandbyok=true").GET().build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
        .timeout(timeout)
        .header(REQUEST_HEADER, "true");
  }

  private static HttpRequest.BodyPublisher publisher(byte @Nullable [] body) {
    return body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
  }

  private VaultReply answer(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
      return new VaultReply(answer.statusCode(), answer.body());
    } catch (IOException | InterruptedException e) {
      throw failed(e);
    }
  }

  /** Returns what it means that no answer came. */
  KmsException failed(@Nullable Throwable cause) {
    if (cause instanceof InterruptedException interrupt) {
      return interrupted(interrupt);
    }
    if (cause instanceof HttpTimeoutException) {
      return timedOut(cause);
    }
    if (cause instanceof StrictHttpClient.NotVault) {
      return KmsException.of(
          ErrorKind.UNAVAILABLE,
          "what answers at %s is not Vault, or not whole (%s). Check address, and a proxy in front of Vault"
              .formatted(address, cause.getMessage()));
    }
    if (cause instanceof SSLException) {
      return KmsException.of(
          ErrorKind.UNAVAILABLE,
          "Vault at %s: TLS failed (%s). Check its certificate, ca_cert_path and the client certificate"
              .formatted(address, cause.getMessage()),
          cause);
    }
    if (cause instanceof ConnectException) {
      return KmsException.of(
          ErrorKind.UNAVAILABLE,
          "Vault at %s does not accept connections. Start it or check address; calls succeed again by themselves"
              .formatted(address),
          cause);
    }
    if (cause instanceof IOException) {
      return KmsException.of(
          ErrorKind.UNAVAILABLE,
          "the connection to Vault at %s broke (%s). Check the network and Vault's log"
              .formatted(address, cause.getMessage()),
          cause);
    }
    return KmsException.of(ErrorKind.INTERNAL, "internal error: a request to Vault", cause);
  }

  private KmsException timedOut(Throwable cause) {
    return KmsException.of(
        ErrorKind.TIMED_OUT,
        "Vault at %s did not answer within %d ms. Check its load, or raise timeout_seconds"
            .formatted(address, timeout.toMillis()),
        cause);
  }

  private KmsException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return KmsException.of(
        ErrorKind.TIMED_OUT,
        "interrupted while waiting for Vault at %s; the outcome of this call is not known"
            .formatted(address),
        cause);
  }
}
