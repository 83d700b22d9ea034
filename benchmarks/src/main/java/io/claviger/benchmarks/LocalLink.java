package io.claviger.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** A proxy on the loopback that passes bytes on, of http and https alike, in a way of its own. */
abstract class LocalLink implements AutoCloseable {
  static final int PIECE_BYTES = 32 << 10;

  private final ServerSocket listening;
  private final URI server;

  LocalLink(URI server) {
    this.server = server;
    try {
      this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Passes on, on threads of its own, what both sides say. */
  abstract void join(Socket client, Socket upstream);

  final void begin() {
    daemon(this::accept);
  }

  final URI endpoint() {
    return URI.create(server.getScheme() + "://localhost:" + listening.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        join(client, upstream);
      }
    } catch (IOException closed) {
      // the link is closed
    }
  }

  static void daemon(Runnable work) {
    Thread thread = new Thread(work, "link");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public final void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
