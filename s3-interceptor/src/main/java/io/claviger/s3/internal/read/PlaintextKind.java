package io.claviger.s3.internal.read;

import io.claviger.format.PartOpener;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.body.CutFeed;
import io.claviger.s3.internal.body.CutStream;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.call.DirectoryMarker;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.stored.Beginnings;
import io.claviger.s3.internal.stored.PinnedReads;
import io.claviger.s3.internal.stored.RangePlan;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.stored.RangePlan.Stored;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.StoredVersion;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.ObjectHeaders;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Objects without an envelope: refused, or read as they are where plaintext objects are allowed.
 */
final class PlaintextKind implements ObjectKind {
  private final SealedObjects objects;
  private final Beginnings beginnings;
  private final Finding finding;

  /**
   * @param finding forgets the sealed object that a plaintext one was put in the place of
   */
  PlaintextKind(SealedObjects objects, Beginnings beginnings, Finding finding) {
    this.objects = objects;
    this.beginnings = beginnings;
    this.finding = finding;
  }

  @Override
  public SdkHttpResponse answer(Answer answer) {
    Reading reading = answer.reading();
    Settings settings = reading.exchange().settings();
    boolean empty = answer.isOfNothing();
    if (!settings.allowsPlaintext()) {
      if (empty && DirectoryMarker.is(settings, reading.exchange().asked(), 0)) {
        Integer part = reading.partNumber();
        return part == null || part == 1
            ? answer.response()
            : answer.noSuchPart(answer.response().toBuilder());
      }
      throw SealedObjects.notSealed(answer.where());
    }
    if (reading.partNumber() != null && !reading.storesOwnPart()) {
      throw overwritten(answer);
    }
    if (empty && (reading.range() == null || reading.range().isEndOfNothing(0))) {
      return answer.response();
    }
    Stored range = answer.storedRange();
    if (reading.range() != null) {
      return range(answer, reading.range(), range);
    }
    if (range != null && !reading.storesOwnPart()) {
      throw answer.protocol("a part of the object, though the whole was asked for");
    }
    return whole(answer, range);
  }

  private SdkHttpResponse whole(Answer answer, @Nullable Stored range) {
    long bytes = range == null ? answer.length() : range.bytes();
    Stored there = range == null ? new Stored(0, bytes - 1, bytes) : range;
    answer.open(cut(answer, there, 0, bytes));
    return answer.response();
  }

  /**
   * As the store answers, unless it was asked for what a sealed object had, which this one took the
   * place of.
   */
  @Override
  public SdkHttpResponse end(Answer answer, Described now) {
    Reading reading = answer.reading();
    RangePlan wanted = reading.range();
    if (!reading.plannedByVersion()) {
      return answer.response();
    }
    if (wanted == null) {
      throw overwritten(answer);
    }
    Slice slice = wanted.within(now.seen().storedBytes());
    if (slice == null) {
      return answer.response();
    }
    finding.forget();
    SdkHttpResponse.Builder out = answer.instead(now.seen()).toBuilder();
    return fetched(answer, out, slice, now.seen().version(reading));
  }

  private SdkHttpResponse range(Answer answer, RangePlan wanted, @Nullable Stored range) {
    SdkHttpResponse.Builder out = answer.response().toBuilder();
    long bytes = range == null ? answer.length() : range.bytes();
    Stored there = // some stores ignore ranges
        range == null ? new Stored(0, bytes - 1, bytes) : range;
    long total = there.total();
    Slice slice = wanted.within(total);
    if (slice == null) {
      return answer.noSuchRange(out, total);
    }
    ObjectHeaders.hideStarting(out, ObjectHeaders.CHECKSUM_PREFIX);
    StoredVersion now = answer.seen(total).version(answer.reading());
    if (answer.reading().plannedByVersion() && !there.covers(slice.first(), slice.last())) {
      finding.forget();
      return fetched(answer, out, slice, now);
    }
    answer.requireCovered(there, slice.first(), slice.last());
    long skip = slice.first() - there.first();
    if (skip > MAX_SKIPPED_BYTES) {
      return fetched(answer, out, slice, now);
    }
    Answer.putSlice(out, slice, total);
    answer.open(cut(answer, there, skip, slice.bytes()));
    return out.build();
  }

  /**
   * Gives bytes of an answer, unless the object begins as a sealed one does: its metadata was lost
   * then.
   *
   * @param there the bytes that the answer has
   * @param skip how many of them come before those to be given
   * @param count how many are given
   */
  private @Nullable BodyPlan cut(Answer answer, Stored there, long skip, long count) {
    if (!answer.givesBody()) {
      return null;
    }
    boolean seesBeginning =
        there.first() == 0 && there.bytes() >= Math.min(PartOpener.BEGINNING_BYTES, there.total());
    Reading reading = answer.reading();
    StoredVersion version = answer.seen(there.total()).version(reading);
    PinnedReads reads = objects.reads(reading, version);
    if (!seesBeginning && !reading.exchange().async()) {
      beginnings.requirePlain(version, reads);
    }
    return BodyPlan.opened(
        answer.where(),
        stored ->
            SyncBody.opened(
                answer.where(),
                stored,
                count,
                there.bytes() - count - skip,
                () ->
                    new CutStream(
                        seesBeginning ? CutStream.notSealed(stored) : stored, skip, count)),
        () -> {
          if (!seesBeginning) {
            beginnings.requirePlain(version, reads);
          }
          return new CutFeed(skip, count, seesBeginning);
        },
        seesBeginning ? null : Prefetch.THREADS);
  }

  /**
   * Answers by a sub-request: the caller's was planned for the sealed object before, or what is
   * wanted begins too far behind the beginning of its answer.
   */
  private SdkHttpResponse fetched(
      Answer answer, SdkHttpResponse.Builder out, Slice slice, StoredVersion version) {
    Answer.putSlice(out, slice, version.storedBytes());
    if (!answer.givesBody()) {
      return out.build();
    }
    PinnedReads reads = objects.reads(answer.reading(), version);
    String where = answer.where();
    answer.open(
        BodyPlan.fetched(
            slice.bytes(),
            () ->
                CallerExceptions.reading(
                    where,
                    () -> {
                      beginnings.requirePlain(version, reads);
                      InputStream stored = reads.open(slice.first(), slice.last());
                      return SyncBody.opened(where, stored, slice.bytes(), 0, () -> stored);
                    })));
    return out.build();
  }

  /** The part that was asked for is another object's. What was remembered of that is forgotten. */
  private RuntimeException overwritten(Answer answer) {
    finding.forget();
    return PinnedReads.overwritten(answer.where(), null);
  }
}
