package io.claviger.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.locks.LockSupport;

/**
 * A link of about 1 Gbit/s in each direction, which all connections through it share: a proxy on
 * the loopback that passes bytes on, of http and https alike, no faster than that.
 */
final class SlowLink extends LocalLink {
  private static final long NANOS_PER_BYTE = 8;

  /** Parking ends late by some 60 microseconds; so much is caught up with. */
  private static final long CATCH_UP_NANOS = 2_000_000;

  private final Pace up = new Pace();
  private final Pace down = new Pace();

  private SlowLink(URI server) {
    super(server);
  }

  static SlowLink to(URI server) {
    SlowLink link = new SlowLink(server);
    link.begin();
    return link;
  }

  @Override
  void join(Socket client, Socket upstream) {
    daemon(() -> pass(client, upstream, up));
    daemon(() -> pass(upstream, client, down));
  }

  private static void pass(Socket from, Socket to, Pace pace) {
    byte[] piece = new byte[PIECE_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count;
      while ((count = in.read(piece)) >= 0) {
        pace.await(count);
        out.write(piece, 0, count);
      }
    } catch (IOException gone) {
      // one side closed its connection, and try closes the other
    }
  }

  /** One direction: who wants to pass bytes waits until those before them have passed. */
  private static final class Pace {
    private long freeAtNanos = System.nanoTime();

    void await(int bytes) {
      long passed = reserve(bytes);
      long left;
      while ((left = passed - System.nanoTime()) > 0) {
        LockSupport.parkNanos(left);
      }
    }

    private synchronized long reserve(int bytes) {
      long earliest = System.nanoTime() - CATCH_UP_NANOS;
      freeAtNanos = (freeAtNanos - earliest > 0 ? freeAtNanos : earliest) + bytes * NANOS_PER_BYTE;
      return freeAtNanos;
    }
  }
}
