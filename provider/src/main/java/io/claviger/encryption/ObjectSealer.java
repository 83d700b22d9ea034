package io.claviger.encryption;

import java.io.InputStream;
import java.util.Map;

/**
 * Seals one object for one API call: the same bytes at every opening, whatever attempt opens it
 * (format 5.2).
 *
 * <p>Threads: {@link #seal} may be called from several threads; each stream belongs to one.
 * Blocking: never the network; the data key was obtained when this was made.
 */
public final class ObjectSealer implements AutoCloseable {
  ObjectSealer() {}

  /** Returns the envelope: user metadata, names without {@code x-amz-meta-}, in a fixed order. */
  public Map<String, String> envelope() {
    throw new IllegalStateException();
  }

  /** Returns the number of bytes that {@link #seal} yields. */
  public long storedBytes() {
    throw new IllegalStateException();
  }

  /** Returns the number of plaintext bytes that were announced. */
  public long plainBytes() {
    throw new IllegalStateException();
  }

  /**
   * Returns the sealed bytes of {@code plain}, read as they are asked for; closing closes {@code
   * plain}. The stream fails before its last segment when {@code plain} has fewer or more bytes
   * than announced, and with {@code FormatException} of class SOURCE_CHANGED when an earlier
   * opening gave other bytes.
   */
  public InputStream seal(InputStream plain) {
    throw new IllegalStateException();
  }

  /** Wipes the data key; streams that are open go on. */
  @Override
  public void close() {}
}
