package io.claviger.e2e.env;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port in front of a store that counts the requests of every client by their method. Bodies have
 * a length, as the AWS SDK sends them.
 */
public final class RequestCounts extends TcpProxy {
  private static final Pattern LENGTH =
      Pattern.compile("^content-length: *(\\d+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private final Map<String, Integer> byMethod = new TreeMap<>();

  public RequestCounts(URI store) {
    super(store);
  }

  /** Returns the requests since the last call, by method. */
  public synchronized Map<String, Integer> take() {
    Map<String, Integer> taken = new TreeMap<>(byMethod);
    byMethod.clear();
    return taken;
  }

  private synchronized void count(String method) {
    byMethod.merge(method, 1, Integer::sum);
  }

  @Override
  protected OutputStream sent(OutputStream server) {
    return new Counting(server);
  }

  /** One connection: heads of requests, and bodies that are passed over. */
  private final class Counting extends FilterOutputStream {
    private final StringBuilder head = new StringBuilder();
    private long bodyBytes;

    Counting(OutputStream server) {
      super(server);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      look(bytes, offset, offset + count);
      out.write(bytes, offset, count);
    }

    private void look(byte[] bytes, int from, int end) {
      int at = from;
      while (at < end) {
        if (bodyBytes > 0) {
          int passed = (int) Math.min(bodyBytes, end - at);
          bodyBytes -= passed;
          at += passed;
          continue;
        }
        head.append((char) (bytes[at++] & 0xff));
        if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
          Matcher length = LENGTH.matcher(head);
          bodyBytes = length.find() ? Long.parseLong(length.group(1)) : 0;
          count(head.substring(0, head.indexOf(" ")));
          head.setLength(0);
        }
      }
    }
  }
}
