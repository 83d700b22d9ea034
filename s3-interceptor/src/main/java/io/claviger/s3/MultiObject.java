package io.claviger.s3;

import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SegmentFeed;
import io.claviger.format.EqualParts;
import io.claviger.format.MultiLayout;
import io.claviger.s3.KnownLayout.Stretch;
import io.claviger.s3.RangePlan.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object of several parts: headers of parts prove its length and where its plaintext lies. */
final class MultiObject extends SealedObject {
  private final PinnedReads reads;
  private final LayoutCache cache;
  private final KnownLayout layout;
  private final LayoutFinder finder;

  MultiObject(ObjectOpener opener, StoredVersion version, PinnedReads reads, LayoutCache cache) {
    super(opener, version);
    this.reads = reads;
    this.cache = cache;
    KnownLayout kept = cache.find(version.name(), version.versionId());
    boolean ours = kept != null && kept.version().equals(version) && kept.opensWith(opener);
    this.layout = kept != null && ours ? kept : new KnownLayout(version);
    this.finder =
        new LayoutFinder(
            layout.parts(),
            new Verified(),
            EqualParts.usual(version.storedBytes(), version.storedParts()));
  }

  /** Headers that count only when the data key verifies them. */
  private final class Verified implements LayoutFinder.Headers {
    @Override
    public MultiLayout.Part read(long storedOffset) {
      return layout.add(opener, storedOffset, reads.prologue(storedOffset));
    }

    @Override
    public long lastOffset() {
      return reads.lastOffset();
    }

    @Override
    public List<Long> storedSizes() {
      return reads.storedSizes();
    }
  }

  private MultiLayout closed() {
    if (!layout.parts().isClosed()) {
      finder.findEnd();
      cache.keep(layout);
    }
    return layout.parts();
  }

  @Override
  long plainBytes() {
    return closed().plainBytes();
  }

  @Override
  int partCount() {
    return closed().partCount();
  }

  @Override
  @Nullable Part part(int number) {
    if (number < 1 || number > partCount()) {
      return null;
    }
    MultiLayout.Part part = finder.part(number);
    cache.keep(layout);
    return new Part(part.plainOffset(), part.plainBytes());
  }

  @Override
  Stretch covering(Slice slice) {
    closed();
    MultiLayout.Part first = finder.holding(slice.first());
    MultiLayout.Part last = first.holds(slice.last()) ? first : finder.holding(slice.last());
    cache.keep(layout);
    return Stretch.across(slice, first, last);
  }

  @Override
  InputStream open(InputStream stored, Stretch stretch) {
    Slice slice = stretch.slice();
    MultiLayout.Part first = finder.holding(slice.first());
    return opener.openRange(
        stored,
        layout.part(opener, first.number()),
        first.plainOffset(),
        slice.first(),
        slice.last());
  }

  @Override
  SegmentFeed feed(long skip, Stretch stretch) {
    Slice slice = stretch.slice();
    MultiLayout.Part first = finder.holding(slice.first());
    return forgetting(
        opener.rangeFeed(
            skip,
            layout.part(opener, first.number()),
            first.plainOffset(),
            slice.first(),
            slice.last()));
  }

  @Override
  InputStream openWhole(InputStream stored) throws IOException {
    return opener.openWhole(stored, version.storedBytes(), plainBytes());
  }

  @Override
  InputStream fetch(Stretch stretch) {
    return reads.open(stretch.first(), stretch.last());
  }

  @Override
  void forget() {
    cache.forget(layout);
  }
}
