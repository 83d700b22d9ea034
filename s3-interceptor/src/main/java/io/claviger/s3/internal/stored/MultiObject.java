package io.claviger.s3.internal.stored;

import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SegmentFeed;
import io.claviger.format.MultiLayout;
import io.claviger.format.PartOpener;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of several parts: headers of parts prove its length and where its plaintext is stored.
 */
final class MultiObject extends SealedObject {
  private final PinnedReads reads;
  private final LayoutCache cache;
  private final KeyEvidence evidence;
  private final KnownLayout layout;
  private final LayoutFinder finder;

  /** A part of a kept layout that the data key verified again, null for a new layout. */
  private final @Nullable PartOpener proof;

  /** What of the object is asked for, null for all or a part. */
  private final @Nullable RangePlan range;

  private final LearnedPartSizes sizes;

  /** What the cache knows, in {@link KnownLayout#weight}. */
  private int kept;

  /**
   * @param evidence of what was read under the object's ETag
   * @param sizes of parts that were seen before
   * @param range what of the object is asked for, null for all or a part
   */
  MultiObject(
      ObjectOpener opener,
      StoredVersion version,
      PinnedReads reads,
      LayoutCache cache,
      KeyEvidence evidence,
      LearnedPartSizes sizes,
      @Nullable RangePlan range) {
    super(opener, version);
    this.evidence = evidence;
    this.reads = reads;
    this.range = range;
    this.sizes = sizes;
    this.cache = cache;
    KnownLayout known = cache.find(version.name(), version.versionId());
    this.proof =
        known != null && known.version().equals(version) ? known.proof(opener, range) : null;
    if (proof == null) {
      evidence.requireSame(version, opener);
    }
    this.layout = known != null && proof != null ? known : new KnownLayout(version);
    this.kept = proof == null ? 0 : layout.weight();
    this.finder =
        new LayoutFinder(
            layout.parts(),
            new Verified(),
            version.storedParts().orElse(0),
            () -> sizes.suppose(version));
  }

  /** Headers that count only when the data key verifies them. */
  private final class Verified implements LayoutFinder.Headers {
    @Override
    public MultiLayout.Part read(long storedOffset) {
      byte[] prologue = reads.prologue(storedOffset);
      MultiLayout.Part part = layout.add(opener, storedOffset, prologue);
      evidence.keep(version, opener, prologue);
      return part;
    }

    @Override
    public boolean isAtHand(long storedOffset) {
      return reads.isAtHand(storedOffset);
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
      return reads.storedSizes();
    }
  }

  private MultiLayout closed() {
    if (!layout.parts().isClosed()) {
      finder.findEnd(range);
      keep();
      sizes.learn(layout);
    }
    return layout.parts();
  }

  /** Keeps the layout for other calls, if it grew. */
  private void keep() {
    int found = layout.weight();
    if (found != kept) {
      cache.keep(layout);
      kept = found;
    }
  }

  private PartOpener opened(MultiLayout.Part part) {
    return proof != null && proof.preamble().partNumber() == part.number()
        ? proof
        : layout.part(opener, part.number());
  }

  @Override
  public long plainBytes() {
    return closed().plainBytes();
  }

  @Override
  public int partCount() {
    return closed().partCount();
  }

  @Override
  @Nullable
  public Part part(int number) {
    if (number < 1 || number > partCount()) {
      return null;
    }
    MultiLayout.Part part = finder.part(number);
    keep();
    return new Part(part.plainOffset(), part.plainBytes());
  }

  @Override
  public ByteRange covering(Slice slice) {
    closed();
    MultiLayout.Part first = finder.holding(slice.first());
    MultiLayout.Part last = first.holds(slice.last()) ? first : finder.holding(slice.last());
    keep();
    return ByteRange.across(slice, first, last);
  }

  @Override
  public InputStream open(InputStream stored, ByteRange byteRange) {
    Slice slice = byteRange.slice();
    MultiLayout.Part first = finder.holding(slice.first());
    return opener.openRange(
        stored, opened(first), first.plainOffset(), slice.first(), slice.last());
  }

  @Override
  public SegmentFeed feed(long skip, ByteRange byteRange) {
    Slice slice = byteRange.slice();
    MultiLayout.Part first = finder.holding(slice.first());
    return forgetting(
        opener.rangeFeed(skip, opened(first), first.plainOffset(), slice.first(), slice.last()));
  }

  @Override
  public InputStream openWhole(InputStream stored) throws IOException {
    return opener.openWhole(stored, version.storedBytes(), plainBytes());
  }

  @Override
  public InputStream fetch(ByteRange byteRange) {
    return reads.open(byteRange.first(), byteRange.last());
  }

  @Override
  public void forget() {
    cache.forget(layout);
  }
}
