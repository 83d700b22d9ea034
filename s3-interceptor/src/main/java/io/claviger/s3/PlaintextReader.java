package io.claviger.s3;

import io.claviger.encryption.ForeignS3ec;
import io.claviger.format.PartOpener;
import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.RangePlan.Stored;
import io.claviger.s3.S3Operations.Action;
import io.claviger.s3.SealedObjects.Seen;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Answers that hold an object without an envelope: refused, or read as it is where allowed. */
final class PlaintextReader {
  private final Settings settings;
  private final SealedObjects objects;
  private final Consumer<Call> forget;
  private final Beginnings beginnings = new Beginnings();

  /**
   * @param forget called when a sealed object was overwritten by a plaintext one
   */
  PlaintextReader(Settings settings, SealedObjects objects, Consumer<Call> forget) {
    this.settings = settings;
    this.objects = objects;
    this.forget = forget;
  }

  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    boolean empty = Answers.isOfNothing(response);
    if (!settings.allowsPlaintext()) {
      if (empty && DirectoryMarkers.is(settings, call.asked(), 0)) {
        Integer part = call.reading().partNumber();
        return part == null || part == 1
            ? response
            : Answers.noSuchPart(call, response.toBuilder(), body);
      }
      throw SealedObjects.notSealed(call);
    }
    Reading reading = call.reading();
    if (reading.partNumber() != null && !reading.storesOwnPart()) {
      throw overwritten(call);
    }
    if (empty && (reading.range() == null || reading.range().isEndOfNothing(0))) {
      return response;
    }
    Stored range = Answers.storedRange(call, response);
    if (reading.range() != null) {
      return range(call, response, body, reading.range(), range, attributes);
    }
    if (range != null && !reading.storesOwnPart()) {
      throw Answers.protocol(call, "a part of the object, though the whole was asked for");
    }
    long bytes = range == null ? Answers.length(call, response) : range.bytes();
    long first = range == null ? 0 : range.first();
    long total = range == null ? bytes : range.total();
    call.body = cut(call, first, bytes, 0, bytes, seen(response, total), attributes);
    return response;
  }

  private static Seen seen(SdkHttpResponse response, long storedBytes) {
    return new Seen(response, UserMetadata.of(response), storedBytes);
  }

  /**
   * Answers where the store says that the object ends before what it was asked for: as the store
   * does, unless it was asked for what a sealed object had, which this one took the place of.
   */
  SdkHttpResponse behindEnd(
      Call call, SdkHttpResponse response, Seen now, ExecutionAttributes attributes) {
    if (ForeignS3ec.wrote(now.metadata())) {
      return ForeignObjects.answer(call, response, now.metadata(), now.storedBytes());
    }
    RangePlan wanted = call.reading().range();
    if (!call.reading().plannedByVersion()) {
      return response;
    }
    if (wanted == null) {
      throw overwritten(call);
    }
    Slice slice = wanted.within(now.storedBytes());
    if (slice == null) {
      return response;
    }
    forget.accept(call);
    SdkHttpResponse.Builder out = EndProof.instead(call, response, now).toBuilder();
    return fetched(call, out, slice, now.version(call), attributes);
  }

  private SdkHttpResponse range(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      RangePlan wanted,
      @Nullable Stored range,
      ExecutionAttributes attributes) {
    SdkHttpResponse.Builder out = response.toBuilder();
    long first = range == null ? 0 : range.first(); // some stores ignore ranges
    long bytes = range == null ? Answers.length(call, response) : range.bytes();
    long total = range == null ? bytes : range.total();
    Slice slice = wanted.within(total);
    if (slice == null) {
      return Answers.noSuchRange(call, out, body, total);
    }
    ObjectHeaders.hideStarting(out, ObjectHeaders.CHECKSUM_PREFIX);
    Seen now = seen(response, total);
    Stored there = new Stored(first, first + bytes - 1, total);
    if (call.reading().plannedByVersion() && !there.covers(slice.first(), slice.last())) {
      forget.accept(call);
      return fetched(call, out, slice, now.version(call), attributes);
    }
    Answers.requireCovered(call, there, slice.first(), slice.last());
    long skip = slice.first() - first;
    if (skip > ObjectReader.MAX_SKIPPED_BYTES) {
      return fetched(call, out, slice, now.version(call), attributes);
    }
    Answers.putSlice(out, slice, total);
    call.body = cut(call, first, bytes, skip, slice.bytes(), now, attributes);
    return out.build();
  }

  /**
   * Gives bytes of an answer, unless the object begins as a sealed one does: its metadata was lost
   * then.
   *
   * @param first place in the object of the answer's first byte
   * @param bytes how many the answer has
   * @param skip how many of them come before those to be given
   * @param count how many are given
   */
  private @Nullable BodyPlan cut(
      Call call,
      long first,
      long bytes,
      long skip,
      long count,
      Seen seen,
      ExecutionAttributes attributes) {
    if (call.action() != Action.OPEN) {
      return null;
    }
    boolean seesBeginning =
        first == 0 && bytes >= Math.min(PartOpener.BEGINNING_BYTES, seen.storedBytes());
    StoredVersion version = seen.version(call);
    PinnedReads reads = objects.reads(call, version, attributes);
    if (!seesBeginning && !call.async) {
      beginnings.requirePlain(version, reads);
    }
    return BodyPlan.opened(
        call.where(),
        stored ->
            BodyStream.opened(
                call.where(),
                stored,
                count,
                bytes - count - skip,
                () ->
                    new CutStream(
                        seesBeginning ? CutStream.notSealed(stored) : stored, skip, count)),
        () -> {
          if (!seesBeginning) {
            beginnings.requirePlain(version, reads);
          }
          return new CutFeed(skip, count, seesBeginning);
        },
        seesBeginning ? null : Ahead.THREADS);
  }

  /**
   * Answers by a request of our own: the caller's was planned for the sealed object before, or what
   * is wanted lies too far behind the beginning of its answer.
   */
  private SdkHttpResponse fetched(
      Call call,
      SdkHttpResponse.Builder out,
      Slice slice,
      StoredVersion version,
      ExecutionAttributes attributes) {
    Answers.putSlice(out, slice, version.storedBytes());
    if (call.action() != Action.OPEN) {
      return out.build();
    }
    PinnedReads reads = objects.reads(call, version, attributes);
    call.body =
        BodyPlan.fetched(
            slice.bytes(),
            () ->
                ObjectReader.guarded(
                    call,
                    () -> {
                      beginnings.requirePlain(version, reads);
                      InputStream stored = reads.open(slice.first(), slice.last());
                      return BodyStream.opened(
                          call.where(), stored, slice.bytes(), 0, () -> stored);
                    }));
    return out.build();
  }

  /** The part that was asked for is another object's. What was remembered of that is forgotten. */
  private RuntimeException overwritten(Call call) {
    forget.accept(call);
    return PinnedReads.overwritten(call.where(), null);
  }
}
