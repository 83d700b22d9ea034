package io.claviger.e2e.interop;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before a store, takes the first request whole and answers it with a 503; passes the bytes
 * of every later connection on as they are.
 */
final class OneServerError implements Closeable {
  private static final String ANSWER =
      "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private final ServerSocket door;
  private final URI store;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean happened;

  private OneServerError(URI store) throws IOException {
    this.store = store;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static OneServerError before(URI store) throws IOException {
    OneServerError fault = new OneServerError(store);
    fault.threads.execute(fault::serve);
    return fault;
  }

  URI endpoint() {
    return URI.create("http://localhost:" + door.getLocalPort());
  }

  boolean happened() {
    return happened;
  }

  private void serve() {
    try {
      refuse(door.accept());
      happened = true;
      while (true) {
        Socket caller = door.accept();
        Socket target = new Socket(store.getHost(), store.getPort());
        threads.execute(() -> pass(caller, target));
        threads.execute(() -> pass(target, caller));
      }
    } catch (IOException closed) {
      // close() ends the last accept()
    }
  }

  private static void refuse(Socket caller) throws IOException {
    try (caller) {
      InputStream in = new BufferedInputStream(caller.getInputStream());
      long body = 0;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          body = Long.parseLong(line.substring(15).strip());
        }
        if (line.equalsIgnoreCase("expect: 100-continue")) {
          caller
              .getOutputStream()
              .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
      in.skipNBytes(body);
      caller.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
    } catch (IOException closed) {
      // one side has closed: both sockets go
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
  }
}
