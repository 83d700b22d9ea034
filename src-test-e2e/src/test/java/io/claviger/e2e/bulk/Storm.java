package io.claviger.e2e.bulk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.claviger.e2e.env.TcpProxy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port in front of a store. While the storm lasts every request is answered with 503; where it
 * begins, connections end in the middle of what they say.
 */
final class Storm extends TcpProxy {
  private static final String SLOW_DOWN =
      "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate</Message></Error>";

  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean lasts;

  Storm(URI store) {
    super(store);
  }

  /** Returns how many requests were refused so far. */
  int refused() {
    return refused.get();
  }

  void begin() {
    lasts = true;
    breakConnections();
  }

  void end() {
    lasts = false;
  }

  @Override
  protected void serve(Socket client) throws IOException {
    if (lasts) {
      refuse(client);
    } else {
      super.serve(client);
    }
  }

  private void refuse(Socket client) throws IOException {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.append((char) next);
      }
      in.readNBytes(bodyBytes(head.toString()));
      boolean noBody = head.toString().startsWith("HEAD");
      String answer =
          "HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
              .formatted(SLOW_DOWN.length(), noBody ? "" : SLOW_DOWN);
      OutputStream out = client.getOutputStream();
      out.write(answer.getBytes(US_ASCII));
      out.flush();
      refused.incrementAndGet();
    }
  }

  private static int bodyBytes(String head) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
        .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
        .findFirst()
        .orElse(0);
  }
}
