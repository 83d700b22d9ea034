package io.claviger.s3.internal.stored;

import io.claviger.format.FormatException;
import io.claviger.format.FormatException.Failure;
import io.claviger.format.MultiLayout;
import io.claviger.format.Preamble;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the plaintext size of a multipart object for a listing, as {@link MultiObject} does but
 * without its data key: headers are believed, so the size is a hint.
 */
public final class PartWalk implements LayoutFinder.Headers {
  /** More headers than these are not read for a hint. */
  private static final int MAX_READS = 200;

  private final PinnedReads reads;
  private final MultiLayout layout;
  private final LayoutFinder finder;
  private final AtomicInteger read = new AtomicInteger();

  public PartWalk(StoredVersion version, PinnedReads reads) {
    this.reads = reads;
    this.layout = new MultiLayout(version.storedBytes());
    this.finder = new LayoutFinder(layout, this, version::usualParts);
  }

  /**
   * Returns the size.
   *
   * @throws FormatException if the parts do not add up, or are too many
   */
  public long plainBytes() {
    finder.findEnd();
    return layout.plainBytes();
  }

  @Override
  public MultiLayout.Part read(long storedOffset) {
    if (read.incrementAndGet() > MAX_READS) {
      throw new FormatException(
          Failure.TOO_LARGE, "more than " + MAX_READS + " parts to be read for a listing");
    }
    return layout.add(storedOffset, Preamble.decode(reads.prologue(storedOffset)));
  }

  @Override
  public long lastOffset() {
    return reads.lastOffset();
  }

  @Override
  public long storedSize(int number) {
    return reads.storedSize(number);
  }

  @Override
  public List<Long> storedSizes() {
    return List.of();
  }
}
