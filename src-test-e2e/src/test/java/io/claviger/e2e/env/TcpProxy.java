package io.claviger.e2e.env;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port in front of a server, where connections can be ended in the middle of what they say. It
 * can be killed and come back on the same port.
 */
public class TcpProxy implements AutoCloseable {
  private final URI server;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket listening;

  public TcpProxy(URI server) {
    this.server = server;
    this.listening = listen(0);
    this.port = listening.getLocalPort();
    accept(listening);
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public final URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private void accept(ServerSocket from) {
    start(
        () -> {
          while (!from.isClosed()) {
            Socket client = from.accept();
            start(() -> serve(client));
          }
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // that is how it ends
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Serves a connection, on a thread of its own: passes on what both sides say. */
  protected void serve(Socket client) throws IOException {
    Socket upstream = new Socket(server.getHost(), server.getPort());
    open.add(client);
    open.add(upstream);
    start(() -> pass(upstream, client, client.getOutputStream()));
    pass(client, upstream, sent(upstream.getOutputStream()));
  }

  /** Returns where to write what a client sends: to the server, or to what looks at it first. */
  protected OutputStream sent(OutputStream server) {
    return server;
  }

  private void pass(Socket from, Socket to, OutputStream out) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(out);
    } finally {
      open.remove(from);
    }
  }

  /** Ends every connection where it is. */
  protected final void breakConnections() {
    try {
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends every connection where it is, and refuses new ones. */
  public final void kill() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    breakConnections();
  }

  /** Listens again, on the same port. */
  public final void comeBack() {
    listening = listen(port);
    accept(listening);
  }

  @Override
  public final void close() {
    kill();
  }
}
