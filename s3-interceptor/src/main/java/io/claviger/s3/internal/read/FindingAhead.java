package io.claviger.s3.internal.read;

import io.claviger.encryption.EncryptionService;
import io.claviger.format.Layout;
import io.claviger.s3.internal.body.CrtFiles;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.stored.KnownLayout;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import io.claviger.s3.internal.stored.SeenObjects;
import io.claviger.s3.internal.stored.StoredVersion;
import java.util.OptionalLong;

/**
 * Finds the object of an asynchronous client's call before the request is made; only the key of a
 * whole object is obtained when its body is asked for. Nothing waits on the thread that brings the
 * answer, an event loop.
 */
final class FindingAhead implements Finding {
  private final SealedObjects objects;
  private final Reading reading;
  private final Prefetch prefetch;

  FindingAhead(SealedObjects objects, SeenObjects seen, Reading reading) {
    this.objects = objects;
    this.reading = reading;
    this.prefetch = new Prefetch(objects, seen, reading);
  }

  @Override
  public void plan() {
    Exchange call = reading.exchange();
    boolean later = reading.asksForWhole() && call.givesBody();
    if (later && !Prefetch.withoutRetries(call.attributes()) && objects.listed(reading) == null) {
      return;
    }
    boolean allowsPlaintext = call.settings().allowsPlaintext();
    SealedObject object = prefetch.plan();
    Slice slice = object == null ? null : object.wanted(reading);
    if (object != null && slice != null) {
      boolean plaintextToo = reading.range() != null && allowsPlaintext;
      reading.send(object.version, object.covering(slice), plaintextToo);
    } else if (reading.range() != null) {
      objects.sendCold(reading, reading.range());
    } else if (object != null && reading.partNumber() != null) {
      reading.send(object.version, null, false);
    } else if (object == null && reading.partNumber() != null && allowsPlaintext) {
      reading.sendPartNumber();
    }
  }

  @Override
  public void check() {
    Exchange call = reading.exchange();
    CrtFiles.refuseTarget(call.where(), call.operation(), call.attributes());
  }

  @Override
  public void await() {
    prefetch.await();
  }

  @Override
  public void settled() {
    reading.dropEarly();
    objects.unlist(reading);
  }

  @Override
  public void forget() {
    objects.forget(reading);
    prefetch.forget();
  }

  /** Returns what was obtained ahead; never blocks. */
  @Override
  public Described describe() {
    return prefetch.atEnd();
  }

  /** Answers by what was obtained ahead; never blocks. */
  @Override
  public Found find(Seen seen, boolean whole) {
    StoredVersion version = seen.version(reading);
    SealedObject object = prefetch.find(version);
    if (object != null) {
      return Found.opened(object);
    }
    OptionalLong plainBytes = whole ? supposedBytes(seen, version) : OptionalLong.empty();
    if (plainBytes.isEmpty()) {
      throw prefetch.again(seen);
    }
    return new Found(null, plainBytes.getAsLong());
  }

  /** Returns the length that an object has if it opens, empty where that is not known. */
  private OptionalLong supposedBytes(Seen seen, StoredVersion version) {
    if (EncryptionService.declared(seen.metadata()).single()) {
      return OptionalLong.of(Layout.plainBytes(seen.storedBytes()));
    }
    KnownLayout known = objects.known(reading);
    return known != null && known.version().equals(version) && known.parts().isClosed()
        ? OptionalLong.of(known.parts().plainBytes())
        : OptionalLong.empty();
  }
}
