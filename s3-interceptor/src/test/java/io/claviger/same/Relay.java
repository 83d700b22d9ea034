package io.claviger.same;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between clients and a store (http) and counts the clients' connections. */
final class Relay implements AutoCloseable {
  /** The name of its threads. */
  static final String THREADS = "relay";

  private final URI store;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private int opened;

  Relay(URI store) {
    this.store = store;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://localhost:" + listening.getLocalPort());
  }

  /** Returns how many connections there were. */
  synchronized int opened() {
    return opened;
  }

  /** Returns how many are open now. */
  synchronized int open() {
    return open.size();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, THREADS);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        connect(listening.accept());
      } catch (IOException e) {
        // closed, or a connection that is gone already
      }
    }
  }

  private synchronized void connect(Socket client) throws IOException {
    Socket server = new Socket(store.getHost(), store.getPort());
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    open.add(client);
    opened++;
    start(() -> pump(client, server, client));
    start(() -> pump(server, client, client));
  }

  private void pump(Socket from, Socket to, Socket client) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] bytes = new byte[8192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        out.write(bytes, 0, n);
      }
    } catch (IOException e) {
      // the other side closed it
    } finally {
      gone(client);
    }
  }

  private synchronized void gone(Socket client) {
    open.remove(client);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket client : open) {
      client.close();
    }
  }
}
