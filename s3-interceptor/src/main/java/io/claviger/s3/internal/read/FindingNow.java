package io.claviger.s3.internal.read;

import io.claviger.s3.internal.stored.KnownLayout;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.stored.ReadPlan;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import io.claviger.s3.internal.stored.SupposedLayout;
import org.jspecify.annotations.Nullable;

/**
 * Finds the object when its answer is there, on the thread that waits for it. Calls the key
 * management service once for each answer, and the store for headers of parts that are not known.
 */
final class FindingNow implements Finding {
  private final SealedObjects objects;
  private final Reading reading;
  private final boolean allowsPlaintext;

  FindingNow(SealedObjects objects, Reading reading) {
    this.objects = objects;
    this.reading = reading;
    this.allowsPlaintext = reading.exchange().settings().allowsPlaintext();
  }

  @Override
  public void plan() {
    Integer part = reading.partNumber();
    KnownLayout known = objects.known(reading);
    if (part != null) {
      planPart(part, known);
      return;
    }
    SupposedLayout listed = objects.listed(reading);
    ReadPlan plan = new ReadPlan(objects, reading);
    boolean planned = listed != null ? plan.send(listed) : known != null && plan.send(known);
    if (!planned && reading.range() != null) {
      objects.sendCold(reading, reading.range());
    }
  }

  /**
   * A part can be asked for only where its place is known. Where it is not, the store is asked
   * ahead; but not for part 1 of an object that must be sealed, which every object begins with.
   */
  private void planPart(int part, @Nullable KnownLayout known) {
    boolean get = reading.exchange().givesBody();
    if (!allowsPlaintext) {
      ByteRange byteRange = known == null || !get ? null : known.supposedPart(part);
      if (known != null && byteRange != null) {
        reading.send(known.version(), byteRange, false);
        return;
      }
      if (!get || part == 1) {
        return;
      }
    }
    SealedObject object = objects.ask(reading);
    if (object == null) {
      reading.sendPartNumber();
    } else if (get) {
      SealedObject.Part found = object.part(part);
      Slice slice = found == null ? null : found.slice();
      ByteRange byteRange = slice == null ? null : object.covering(slice);
      reading.send(object.version, byteRange, false);
    }
  }

  @Override
  public void check() {}

  @Override
  public void await() {}

  @Override
  public void settled() {
    reading.dropEarly();
    objects.unlist(reading);
  }

  @Override
  public void forget() {
    objects.forget(reading);
  }

  @Override
  public Described describe() {
    return objects.describe(reading);
  }

  @Override
  public Found find(Seen seen, boolean whole) {
    return Found.opened(objects.of(reading, seen));
  }
}
