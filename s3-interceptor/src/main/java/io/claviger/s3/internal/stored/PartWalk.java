package io.claviger.s3.internal.stored;

import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.MultiLayout;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the plaintext size of a multipart object for a listing, as {@link MultiObject} does but
 * without its data key: headers are believed, so the size is a hint. One header mostly says it: the
 * first of an object of two parts, since what is behind it is the second, or the last one of an
 * object whose writer stated offsets.
 */
public final class PartWalk implements LayoutFinder.Headers {
  /** More headers than these are not read for a hint. */
  private static final int MAX_READS = 200;

  private final StoredVersion version;
  private final PinnedReads reads;
  private final MultiLayout layout;
  private final LayoutFinder finder;
  private final AtomicInteger read = new AtomicInteger();

  public PartWalk(StoredVersion version, PinnedReads reads) {
    this.version = version;
    this.reads = reads;
    this.layout = new MultiLayout(version.storedBytes());
    this.finder =
        new LayoutFinder(layout, this, version.storedParts().orElse(0), version::usualParts);
  }

  /**
   * Returns where the header is stored that mostly says the size: of the first part where there may
   * be two, else of the last one where it is supposed.
   *
   * @param storedParts as the ETag says, empty where it says none
   */
  public static long firstPlace(long storedBytes, OptionalInt storedParts) {
    EqualParts usual =
        storedParts.orElse(0) > 2 ? EqualParts.usual(storedBytes, storedParts) : null;
    return usual == null ? 0 : usual.lastOffset();
  }

  /**
   * Returns the size.
   *
   * @param storedOffset where bytes were read already
   * @param bytes read there: the header of a part, or anything
   * @throws FormatException if the parts do not add up, or are too many
   */
  public long plainBytes(long storedOffset, byte[] bytes) {
    OptionalLong said = said(storedOffset, bytes);
    if (said.isPresent()) {
      return said.getAsLong();
    }
    finder.findEnd();
    return layout.plainBytes();
  }

  private OptionalLong said(long storedOffset, byte[] bytes) {
    try {
      Preamble preamble = Preamble.decode(bytes);
      MultiLayout.Part part = layout.add(storedOffset, preamble);
      if (part.last()) {
        long size = preamble.offset() + preamble.plainBytes();
        return preamble.offset() != Preamble.OFFSET_UNKNOWN && isPossible(size, part.number())
            ? OptionalLong.of(size)
            : OptionalLong.empty();
      }
      long behind = version.storedBytes() - part.storedEnd();
      boolean oneMore = behind == Layout.MIN_STORED_BYTES || version.storedParts().orElse(0) == 2;
      return part.number() == 1 && oneMore
          ? OptionalLong.of(part.plainBytes() + Layout.plainBytes(behind))
          : OptionalLong.empty();
    } catch (FormatException e) {
      return OptionalLong.empty(); // not where it was supposed
    }
  }

  /** Whether so many parts of this size in all take the stored bytes that there are. */
  private boolean isPossible(long plainBytes, int parts) {
    long rest = version.storedBytes() - plainBytes - (long) parts * Layout.PROLOGUE_BYTES;
    long segmentBytes = Layout.SEGMENT_STORED_BYTES - Layout.SEGMENT_PLAIN_BYTES;
    long segments = rest / segmentBytes;
    long least = (plainBytes + Layout.SEGMENT_PLAIN_BYTES - 1) / Layout.SEGMENT_PLAIN_BYTES;
    return rest % segmentBytes == 0 && segments >= least && segments <= least + parts;
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
