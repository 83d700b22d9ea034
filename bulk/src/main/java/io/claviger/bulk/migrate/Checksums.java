package io.claviger.bulk.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * SHA-256 of each piece of a plaintext, to compare what was read with what is read back.
 *
 * <p>Threads: safe: pieces are read by the threads that send them.
 */
final class Checksums {
  private static final int BUFFER_BYTES = 64 << 10;

  private record Piece(long bytes, byte[] digest) {}

  private final List<Piece> pieces = new ArrayList<>();

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Notes piece {@code index}, from 0; of a piece that is read again the last reading counts. */
  synchronized void set(int index, long bytes, byte[] digest) {
    Piece piece = new Piece(bytes, digest);
    if (index == pieces.size()) {
      pieces.add(piece);
    } else {
      pieces.set(index, piece);
    }
  }

  /**
   * Reads {@code plain} to its end and returns whether it has these pieces and nothing else.
   *
   * @throws IOException as {@code plain}
   */
  boolean areOf(InputStream plain) throws IOException {
    List<Piece> expected;
    synchronized (this) {
      expected = List.copyOf(pieces);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean same = true;
    for (Piece piece : expected) {
      MessageDigest digest = sha256();
      for (long left = piece.bytes(); left > 0 && same; ) {
        int count = plain.read(buffer, 0, (int) Math.min(left, buffer.length));
        same = count > 0;
        if (same) {
          digest.update(buffer, 0, count);
          left -= count;
        }
      }
      same = same && MessageDigest.isEqual(digest.digest(), piece.digest());
    }
    return plain.read() < 0 && same;
  }
}
