package io.claviger.s3.internal.stored;

import io.claviger.encryption.ObjectOpener;
import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.MultiLayout;
import io.claviger.format.MultiLayout.Part;
import io.claviger.format.PartOpener;
import io.claviger.object.FormatException;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was proved of one version of a multipart object, and the headers that prove it. Holds no
 * key: a caller that uses it shows with {@link #proof} that it has the one that verified it.
 *
 * <p>Threads: safe. Grows while parts are found.
 */
public final class KnownLayout {
  private final StoredVersion version;
  private final MultiLayout parts;
  private final Map<Integer, byte[]> prologues = new ConcurrentHashMap<>();

  KnownLayout(StoredVersion version) {
    this.version = version;
    this.parts = new MultiLayout(version.storedBytes());
  }

  public StoredVersion version() {
    return version;
  }

  public MultiLayout parts() {
    return parts;
  }

  /** Verifies a header that was read at {@code storedOffset} and takes it. */
  Part add(ObjectOpener opener, long storedOffset, byte[] prologue) {
    PartOpener opened = opener.openPart(prologue);
    Part part = parts.add(storedOffset, opened.preamble());
    prologues.putIfAbsent(part.number(), prologue);
    return part;
  }

  /**
   * Returns one part that {@code opener} verified again, null if it cannot: then it does not hold
   * the data key that verified this. It is the part that {@code range} begins in, where that is
   * known, since it is needed next.
   */
  @Nullable PartOpener proof(ObjectOpener opener, @Nullable RangePlan range) {
    Part wanted = beginningOf(range);
    Part part = wanted == null ? parts.last() : wanted;
    byte[] prologue = part == null ? null : prologues.get(part.number());
    if (prologue == null) {
      return null;
    }
    try {
      return opener.openPart(prologue);
    } catch (FormatException e) {
      return null;
    }
  }

  private @Nullable Part beginningOf(@Nullable RangePlan range) {
    Slice slice = range == null || !parts.isClosed() ? null : range.within(parts.plainBytes());
    return slice == null ? null : parts.holding(slice.first());
  }

  /** Returns a part whose header is known, verified again with the data key of {@code opener}. */
  PartOpener part(ObjectOpener opener, int number) {
    byte[] prologue = prologues.get(number);
    if (prologue == null) {
      throw new IllegalStateException("internal error: part " + number + " is not known");
    }
    return opener.openPart(prologue);
  }

  /**
   * Returns the stored bytes that hold {@code slice}, by supposition where a part is not known: to
   * be asked for, no more; null where nothing is supposed.
   */
  public @Nullable ByteRange supposed(Slice slice) {
    Part first = supposedHolding(slice.first());
    Part last = supposedHolding(slice.last());
    if (first == null || last == null || !first.holds(slice.first()) || !last.holds(slice.last())) {
      return null;
    }
    ByteRange byteRange = ByteRange.across(slice, first, last);
    boolean possible =
        byteRange.first() <= byteRange.last() && byteRange.last() < version.storedBytes();
    return possible ? byteRange : null;
  }

  /** As {@link #supposed(Slice)}, for a part as callers count them; null also for an empty one. */
  @Nullable
  public ByteRange supposedPart(int number) {
    Part known = parts.part(number);
    Part one = parts.part(1);
    long offset = known != null && known.placed() ? known.plainOffset() : -1;
    long bytes = known == null ? 0 : known.plainBytes();
    if (offset < 0 && one != null && one.plainBytes() > 0) {
      offset = (number - 1) * one.plainBytes();
      bytes = Math.min(one.plainBytes(), parts.plainBytes() - offset);
    }
    return offset < 0 || bytes <= 0 ? null : supposed(new Slice(offset, offset + bytes - 1));
  }

  /**
   * Returns the part that holds a byte of the object, by supposition where it is not known; null
   * where nothing is supposed.
   */
  public @Nullable Part supposedHolding(long plainOffset) {
    Part known = parts.holding(plainOffset);
    EqualParts equal = known == null ? equalParts() : null;
    return equal == null ? known : SupposedLayout.part(equal, plainOffset, parts.plainBytes());
  }

  private @Nullable EqualParts equalParts() {
    Part one = parts.part(1);
    long partBytes = one == null ? equalPartBytes() : one.plainBytes();
    return partBytes > 0 ? new EqualParts(partBytes, version.storedBytes()) : version.usualParts();
  }

  /**
   * Returns the plaintext of every part but the last, if the place of the last says that they are
   * equal; of an object with one part its own. 0 where it says nothing.
   */
  long equalPartBytes() {
    Part last = parts.last();
    if (last == null) {
      return 0;
    }
    boolean closing = last.plainBytes() == 0 && last.number() > 1;
    Part end = closing ? parts.part(last.number() - 1) : last;
    if (end == null || !end.placed()) {
      return 0;
    }
    int before = end.number() - 1;
    if (before == 0) {
      return closing ? end.plainBytes() : 0;
    }
    return end.plainOffset() % before == 0 ? end.plainOffset() / before : 0;
  }

  /** Returns what keeping this costs, in headers. */
  int weight() {
    return 1 + parts.knownParts();
  }

  /**
   * The stored bytes that hold a range: from the first covering segment to the last, ends
   * inclusive.
   *
   * @param slice the range
   * @param first first stored byte
   * @param last last stored byte
   */
  public record ByteRange(Slice slice, long first, long last) {
    static ByteRange across(Slice slice, Part first, Part last) {
      long begin =
          first.storedOffset()
              + Layout.segmentOffset(Layout.segmentOf(slice.first() - first.plainOffset()));
      long segment = Layout.segmentOf(slice.last() - last.plainOffset());
      long end =
          last.storedOffset()
              + Layout.segmentOffset(segment)
              + Layout.segmentStoredBytes(segment, last.plainBytes());
      return new ByteRange(slice, begin, end - 1);
    }

    public long bytes() {
      return last - first + 1;
    }
  }
}
