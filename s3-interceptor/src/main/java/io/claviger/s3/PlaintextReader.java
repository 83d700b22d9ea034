package io.claviger.s3;

import io.claviger.encryption.ForeignS3ec;
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
    Stored range = Answers.storedRange(call, response);
    if (!settings.allowsPlaintext()) {
      boolean directoryMarker =
          call.asked().key().endsWith("/") && range == null && Answers.length(call, response) == 0;
      if (directoryMarker) {
        return response;
      }
      throw SealedObjects.notSealed(call);
    }
    if (range == null) {
      long bytes = Answers.length(call, response);
      call.body =
          BodyPlan.opened(
              call.where(),
              stored ->
                  BodyStream.opened(
                      call.where(), stored, bytes, 0, () -> CutStream.withoutPreamble(stored)),
              () -> new CutFeed(0, bytes, true),
              null);
      return response;
    }
    return call.reading().storesOwnPart()
        ? part(call, response, range)
        : range(call, response, body, range, attributes);
  }

  /**
   * Answers where the store says that the object ends before what it was asked for: as the store
   * does, unless it was asked for what a sealed object had, which this one took the place of.
   */
  SdkHttpResponse behindEnd(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      Seen now,
      ExecutionAttributes attributes) {
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
    return slice == null
        ? response
        : fetched(
            call,
            EndProof.instead(call, response, now).toBuilder(),
            body,
            slice,
            now.version(call),
            attributes);
  }

  /** The store's own part, which was asked for as such. */
  private static SdkHttpResponse part(Call call, SdkHttpResponse response, Stored range) {
    call.body =
        BodyPlan.opened(
            call.where(),
            stored ->
                BodyStream.opened(
                    call.where(), stored, range.bytes(), 0, () -> checked(stored, range)),
            () -> new CutFeed(0, range.bytes(), range.first() == 0),
            null);
    return response;
  }

  private SdkHttpResponse range(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      Stored range,
      ExecutionAttributes attributes) {
    SdkHttpResponse.Builder out = response.toBuilder();
    RangePlan wanted = call.reading().range();
    boolean plannedByVersion = call.reading().plannedByVersion();
    if (wanted == null && plannedByVersion) {
      throw overwritten(call);
    }
    if (wanted == null) {
      throw Answers.protocol(call, "a part of the object, though the whole was asked for");
    }
    Slice slice = wanted.within(range.total());
    if (slice == null) {
      return Answers.noSuchRange(call, out, body, range.total());
    }
    ObjectHeaders.hideStarting(out, ObjectHeaders.CHECKSUM_PREFIX);
    if (plannedByVersion && !range.covers(slice.first(), slice.last())) {
      Seen now = new Seen(response, UserMetadata.of(response), range.total());
      return fetched(call, out, body, slice, now.version(call), attributes);
    }
    Answers.requireCovered(call, range, slice.first(), slice.last());
    Answers.putSlice(out, slice, range.total());
    long skip = slice.first() - range.first();
    call.body =
        BodyPlan.opened(
            call.where(),
            stored ->
                BodyStream.opened(
                    call.where(),
                    stored,
                    slice.bytes(),
                    range.bytes() - slice.bytes(),
                    () -> new CutStream(checked(stored, range), skip, slice.bytes())),
            () -> new CutFeed(skip, slice.bytes(), range.first() == 0),
            null);
    return out.build();
  }

  /** Answers by a request of our own: the caller's was planned for the sealed object before. */
  private SdkHttpResponse fetched(
      Call call,
      SdkHttpResponse.Builder out,
      @Nullable InputStream body,
      Slice slice,
      StoredVersion version,
      ExecutionAttributes attributes) {
    forget.accept(call);
    Answers.abort(body);
    Answers.putSlice(out, slice, version.storedBytes());
    if (call.action() != Action.OPEN) {
      return out.build();
    }
    PinnedReads reads = objects.reads(call, version, attributes);
    Stored range = new Stored(slice.first(), slice.last(), version.storedBytes());
    call.body =
        BodyPlan.fetched(
            slice.bytes(),
            () -> {
              InputStream stored = reads.open(slice.first(), slice.last());
              return BodyStream.opened(
                  call.where(), stored, slice.bytes(), 0, () -> checked(stored, range));
            });
    return out.build();
  }

  /** The part that was asked for is another object's. What was remembered of that is forgotten. */
  private RuntimeException overwritten(Call call) {
    forget.accept(call);
    return PinnedReads.overwritten(call.where(), null);
  }

  private static InputStream checked(InputStream stored, Stored range) throws java.io.IOException {
    return range.first() == 0 ? CutStream.withoutPreamble(stored) : stored;
  }
}
