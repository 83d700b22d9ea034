package io.claviger.s3.internal.stored;

import io.claviger.format.Layout;
import io.claviger.format.MultiLayout.Part;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans a read so that one round of requests brings all that it needs: the stored bytes by the
 * caller's own request, and beside it the headers that are not known. By supposition: what is
 * elsewhere is asked for again.
 */
public final class ReadPlan {
  private final SealedObjects objects;
  private final Reading reading;

  public ReadPlan(SealedObjects objects, Reading reading) {
    this.objects = objects;
    this.reading = reading;
  }

  /** Plans by a listing; false where it says nothing of what is asked for. */
  public boolean send(SupposedLayout listed) {
    RangePlan range = reading.range();
    Slice slice = range == null ? null : range.within(listed.plainBytes());
    ByteRange byteRange = slice == null ? null : listed.byteRange(slice);
    boolean possible =
        byteRange == null
            ? range == null
            : byteRange.first() >= 0
                && byteRange.first() <= byteRange.last()
                && byteRange.last() < listed.version().storedBytes();
    if (!possible) {
      return false;
    }
    Part first = slice == null ? null : listed.holding(slice.first());
    RangePlan needed = reading.exchange().givesBody() ? range : null;
    send(listed.version(), byteRange, first, listed.places(needed));
    return true;
  }

  /** Plans a range by what was proved before; false where that says nothing of it. */
  public boolean send(KnownLayout known) {
    RangePlan range = reading.range();
    Slice slice = range == null ? null : range.within(known.parts().plainBytes());
    ByteRange byteRange = slice == null ? null : known.supposed(slice);
    if (slice == null || byteRange == null) {
      return false;
    }
    Set<Long> places = new LinkedHashSet<>();
    Part first = known.supposedHolding(slice.first());
    Part last = known.supposedHolding(slice.last());
    for (Part part : new Part[] {first, last}) {
      if (part != null
          && reading.exchange().givesBody()
          && known.parts().part(part.number()) == null) {
        places.add(part.storedOffset());
      }
    }
    boolean isKnown = first == null || !places.contains(first.storedOffset());
    send(known.version(), byteRange, isKnown ? null : first, places);
    return true;
  }

  /**
   * Asks for the bytes, and for the headers that will not be among the first of them.
   *
   * @param byteRange null for the whole object
   * @param first the part that it begins in, where its header is not known
   */
  private void send(
      StoredVersion version,
      @Nullable ByteRange byteRange,
      @Nullable Part first,
      Set<Long> places) {
    long begin = 0;
    long bytes = version.storedBytes();
    if (byteRange != null) {
      begin = byteRange.first();
      if (first != null && begin == first.storedOffset() + Layout.PROLOGUE_BYTES) {
        begin = first.storedOffset();
      }
      bytes = byteRange.last() - begin + 1;
      reading.send(version, begin, byteRange, reading.exchange().settings().allowsPlaintext());
    }
    Set<Long> missing = new LinkedHashSet<>(places);
    if (reading.exchange().givesBody()) {
      long from = begin;
      long count = bytes;
      missing.removeIf(place -> AnswerBytes.reach(from, count, place));
    }
    objects.askEarly(reading, version, missing);
  }
}
