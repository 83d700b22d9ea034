package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.format.PartOpener;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A byte range of bytes that are not sealed, as they come: {@link CutStream} for asynchronous
 * clients.
 */
public final class CutFeed implements SegmentFeed {
  private final byte[] first;
  private int peeked;
  private long toSkip;
  private long left;

  /**
   * @param skip bytes before the byte range
   * @param count bytes of the byte range
   * @param fromFirst whether the first byte of all is the first byte of the object: then bytes that
   *     begin as a sealed object does are refused
   */
  public CutFeed(long skip, long count, boolean fromFirst) {
    this.toSkip = skip;
    this.left = count;
    this.first = new byte[fromFirst ? PartOpener.BEGINNING_BYTES : 0];
  }

  /** Returns a feed that gives nothing. */
  public static SegmentFeed empty() {
    return new CutFeed(0, 0, false);
  }

  @Override
  public @Nullable ByteBuffer feed(ByteBuffer input) {
    if (peeked < first.length) {
      int count = Math.min(first.length - peeked, input.remaining());
      input.get(first, peeked, count);
      peeked += count;
      ByteBuffer begun = peeked == first.length ? cut(beginning(peeked)) : null;
      if (begun != null) {
        return begun;
      }
    }
    return cut(input);
  }

  /**
   * Returns the first bytes of the object.
   *
   * @throws FormatException ENVELOPE_INCOMPLETE if they begin as a sealed object does
   */
  private ByteBuffer beginning(int count) {
    if (count == first.length && PartOpener.beginsObject(first)) {
      throw CutStream.envelopeLost();
    }
    return ByteBuffer.wrap(first, 0, count);
  }

  private @Nullable ByteBuffer cut(ByteBuffer input) {
    int skipped = (int) Math.min(toSkip, input.remaining());
    input.position(input.position() + skipped);
    toSkip -= skipped;
    int count = (int) Math.min(left, input.remaining());
    ByteBuffer piece = input.slice().limit(count);
    input.position(input.limit());
    left -= count;
    return count == 0 ? null : piece;
  }

  @Override
  public @Nullable ByteBuffer end() {
    if (peeked < first.length) {
      ByteBuffer all = cut(beginning(peeked));
      peeked = first.length;
      if (all != null) {
        return all;
      }
    }
    if (left > 0) {
      throw new FormatException(
          Failure.TRUNCATED,
          "the store sent %d bytes less than it announced. Repeat the read".formatted(left));
    }
    return null;
  }

  @Override
  public void release() {}
}
