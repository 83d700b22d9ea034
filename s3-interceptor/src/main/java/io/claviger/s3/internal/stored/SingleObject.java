package io.claviger.s3.internal.stored;

import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An object of one part: its envelope proves its length, from which the rest is computed. */
final class SingleObject extends SealedObject {
  private final PinnedReads reads;
  private final long plainBytes;

  /**
   * @throws io.claviger.object.FormatException LENGTH or HEADER_TAG if the stored size is not this
   *     object's
   */
  SingleObject(ObjectOpener opener, StoredVersion version, PinnedReads reads) {
    super(opener, version);
    this.reads = reads;
    this.plainBytes = opener.plainBytes(version.storedBytes());
  }

  @Override
  public long plainBytes() {
    return plainBytes;
  }

  @Override
  public int partCount() {
    return 0;
  }

  @Override
  @Nullable
  public Part part(int number) {
    return number == 1 ? new Part(0, plainBytes) : null;
  }

  @Override
  public ByteRange covering(Slice slice) {
    return new ByteRange(slice, slice.storedFirst(), slice.storedLast(plainBytes));
  }

  @Override
  public InputStream open(InputStream stored, ByteRange byteRange) {
    Slice slice = byteRange.slice();
    return opener.openRange(stored, version.storedBytes(), slice.first(), slice.last());
  }

  @Override
  public SegmentFeed feed(long skip, ByteRange byteRange) {
    Slice slice = byteRange.slice();
    return opener.rangeFeed(version.storedBytes(), skip, slice.first(), slice.last());
  }

  @Override
  public InputStream openWhole(InputStream stored) throws IOException {
    return opener.openWhole(stored, version.storedBytes());
  }

  @Override
  public InputStream fetch(ByteRange byteRange) {
    return reads.open(byteRange.first(), byteRange.last());
  }
}
