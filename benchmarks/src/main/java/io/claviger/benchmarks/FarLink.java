package io.claviger.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A link on which every byte takes 10 ms in each direction, so that a request on an open connection
 * takes 20 ms more, of any speed.
 */
final class FarLink extends LocalLink {
  private static final long ONE_WAY_NANOS = 10_000_000;

  /** More than pass in that time: a side that does not read holds the other one up. */
  private static final int MOST_PIECES = 4_096;

  private static final long MOST_SECONDS = 60;

  /** Bytes on their way; an empty piece ends them. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(long dueNanos, byte[] bytes) {}

  private FarLink(URI server) {
    super(server);
  }

  static FarLink to(URI server) {
    FarLink link = new FarLink(server);
    link.begin();
    return link;
  }

  @Override
  void join(Socket client, Socket upstream) {
    pass(client, upstream);
    pass(upstream, client);
  }

  private static void pass(Socket from, Socket to) {
    BlockingQueue<Piece> way = new LinkedBlockingQueue<>(MOST_PIECES);
    daemon(() -> take(from, way));
    daemon(() -> give(to, way));
  }

  private static void take(Socket from, BlockingQueue<Piece> way) {
    byte[] piece = new byte[PIECE_BYTES];
    try (from) {
      InputStream in = from.getInputStream();
      int count;
      boolean taken = true;
      while (taken && (count = in.read(piece)) >= 0) {
        Piece next = new Piece(System.nanoTime() + ONE_WAY_NANOS, Arrays.copyOf(piece, count));
        taken = way.offer(next, MOST_SECONDS, TimeUnit.SECONDS);
      }
      way.offer(new Piece(System.nanoTime() + ONE_WAY_NANOS, new byte[0]));
    } catch (IOException gone) {
      way.offer(new Piece(System.nanoTime() + ONE_WAY_NANOS, new byte[0]));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
}
