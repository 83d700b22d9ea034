package io.claviger.encryption;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sealed or opened bytes for callers to whom bytes come, in pieces of any size, instead of being
 * read: what {@link ObjectSealer#seal} and {@link ObjectOpener#openWhole} give as streams.
 *
 * <p>When opening, the last piece is given out only after {@link #end} said that the source ended,
 * so that a receiver never takes a source of another length for a whole one; when sealing, with the
 * last byte of the announced length. A feed holds up to one segment and makes a new buffer for each
 * piece; the buffer belongs to the receiver. After a failure a feed is only good for {@link
 * #release}.
 *
 * <p>Threads: one at a time. Blocking: never.
 *
 * <p>Failures: {@code FormatException}, in the classes of the streams.
 */
public interface SegmentFeed {
  /**
   * Takes bytes from {@code input}, at most as many as the next piece needs, and returns that
   * piece; null when all of {@code input} was taken and more is needed. Pieces are at most a
   * segment with the header of its part.
   */
  @Nullable ByteBuffer feed(ByteBuffer input);

  /**
   * Returns the next piece after the last input was taken; null when everything was given: then the
   * source was whole.
   */
  @Nullable ByteBuffer end();

  /** Whether everything was given, so that more input would be passed over. */
  default boolean complete() {
    return false;
  }

  /** Wipes what is held. */
  void release();
}
