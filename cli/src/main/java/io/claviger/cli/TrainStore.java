package io.claviger.cli;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A store of one object in this JVM, for {@link TrainCommand}: enough that a PUT comes back. */
final class TrainStore implements AutoCloseable {
  private static final String METADATA = "x-amz-meta-";
  private static final String LIST =
      "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>";

  private final HttpServer server;
  private final Map<String, String> metadata = new HashMap<>();
  private byte[] content = {};

  TrainStore() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    Headers answer = exchange.getResponseHeaders();
    answer.set("ETag", "\"training\"");
    if (exchange.getRequestMethod().equals("PUT")) {
      content = unchunked(sent, exchange.getRequestHeaders());
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (name.toLowerCase(java.util.Locale.ROOT).startsWith(METADATA)) {
                  metadata.put(name, values.get(0));
                }
              });
      exchange.sendResponseHeaders(200, -1);
    } else if (exchange.getRequestURI().getQuery() != null
        || exchange.getRequestURI().getPath().equals("/")) {
      send(exchange, LIST.getBytes(StandardCharsets.UTF_8));
    } else {
      metadata.forEach(answer::set);
      answer.set("Last-Modified", "Mon, 30 Nov 2026 00:00:00 GMT");
      if (exchange.getRequestMethod().equals("HEAD")) {
        answer.set("Content-Length", Integer.toString(content.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        send(exchange, content);
      }
    }
    exchange.close();
  }

  private static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Takes one chunk out of the framing that the SDK may put around a body. */
  private static byte[] unchunked(byte[] sent, Headers request) {
    String decoded = request.getFirst("x-amz-decoded-content-length");
    if (decoded == null) {
      return sent;
    }
    String text = new String(sent, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf("\r\n") + 2;
    return text.substring(begin, begin + Integer.parseInt(decoded))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
