package io.claviger.kms;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/**
 * Secret bytes that are wiped on {@link #close()} and never printed.
 *
 * <p>Holds its own array: {@link #copyOf} copies, {@link #takeOwnership} adopts. {@code toString},
 * {@code equals} and {@code hashCode} reveal nothing of the content except equality, which is
 * compared in constant time. Not serializable. Wiping is best effort, as far as the JVM lets it.
 *
 * <p>Threads: safe for use by several threads; use after close throws {@link
 * IllegalStateException}.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] bytes;
  private boolean closed;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns a secret with a copy of {@code bytes}; the caller keeps and should wipe its own array.
   */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /** Returns a secret that adopts {@code bytes}: the caller must not touch the array any more. */
  public static SecretBytes takeOwnership(byte[] bytes) {
    return new SecretBytes(Objects.requireNonNull(bytes, "bytes"));
  }

  /** Returns the number of bytes; works after close too. */
  public int length() {
    return bytes.length;
  }

  /**
   * Calls {@code use} with the live array, which must be neither changed nor kept, and returns its
   * answer.
   *
   * @throws IllegalStateException if this secret was closed
   */
  public synchronized <T> T use(Function<byte[], T> use) {
    requireOpen();
    return use.apply(bytes);
  }

  /**
   * Returns a fresh copy that belongs to the caller, who wipes it.
   *
   * @throws IllegalStateException if this secret was closed
   */
  public synchronized byte[] toByteArray() {
    requireOpen();
    return bytes.clone();
  }

  /** Returns an independent secret with the same bytes. */
  public SecretBytes copy() {
    return takeOwnership(toByteArray());
  }

  /** Whether {@link #close()} was called. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Overwrites the bytes with zeros; further calls do nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this secret was closed and wiped; obtain it again");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretBytes that
        && (this == that || MessageDigest.isEqual(toByteArray(), that.toByteArray()));
  }

  @Override
  public int hashCode() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "***redacted***";
  }
}
