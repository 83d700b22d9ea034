package io.claviger.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A link on which every byte takes 10 ms in each direction, so that a request on an open connection
 * takes 20 ms more: a proxy on the loopback, of any speed.
 */
final class FarLink implements AutoCloseable {
  private static final long ONE_WAY_NANOS = 10_000_000;
  private static final int PIECE_BYTES = 32 << 10;

  private final ServerSocket listening;
  private final URI server;

  /** Bytes on their way; an empty piece ends them. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(long dueNanos, byte[] bytes) {}

  private FarLink(ServerSocket listening, URI server) {
    this.listening = listening;
    this.server = server;
  }

  static FarLink to(URI server) {
    try {
      FarLink link = new FarLink(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), server);
      daemon(link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI endpoint() {
    return URI.create(server.getScheme() + "://localhost:" + listening.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        pass(client, upstream);
        pass(upstream, client);
      }
    } catch (IOException closed) {
      // the link is closed
    }
  }

  private static void pass(Socket from, Socket to) {
    BlockingQueue<Piece> way = new LinkedBlockingQueue<>();
    daemon(() -> take(from, way));
    daemon(() -> give(to, way));
  }

  private static void take(Socket from, BlockingQueue<Piece> way) {
    byte[] piece = new byte[PIECE_BYTES];
    try (from) {
      InputStream in = from.getInputStream();
      int count;
      while ((count = in.read(piece)) >= 0) {
        way.add(new Piece(System.nanoTime() + ONE_WAY_NANOS, Arrays.copyOf(piece, count)));
      }
    } catch (IOException gone) {
      // the connection is closed
    } finally {
      way.add(new Piece(System.nanoTime() + ONE_WAY_NANOS, new byte[0]));
    }
  }

  private static void give(Socket to, BlockingQueue<Piece> way) {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Piece piece = way.take(); piece.bytes().length > 0; piece = way.take()) {
        long left;
        while ((left = piece.dueNanos() - System.nanoTime()) > 0) {
          LockSupport.parkNanos(left);
        }
        out.write(piece.bytes());
      }
    } catch (IOException gone) {
      // the connection is closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "far-link");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
