package io.claviger.s3.internal.read;

import io.claviger.encryption.DeclaredSeal;
import io.claviger.encryption.EncryptionService;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.body.CutStream;
import io.claviger.s3.internal.body.StoredBody;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.read.Finding.Found;
import io.claviger.s3.internal.stored.KnownLayout.ByteRange;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.stored.RangePlan.Stored;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObject;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.wire.SseHeaders;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Sealed objects: lengths, ranges and parts are proved before they are returned. */
final class SealedKind implements ObjectKind {
  private final SealedObjects objects;
  private final MetadataCheck metadata;
  private final Finding finding;

  SealedKind(SealedObjects objects, MetadataCheck metadata, Finding finding) {
    this.objects = objects;
    this.metadata = metadata;
    this.finding = finding;
  }

  @Override
  public SdkHttpResponse answer(Answer answer) {
    Stored range = answer.storedRange();
    Seen seen = answer.seen(range == null ? answer.length() : range.total());
    boolean whole = answer.givesBody() && range == null && answer.reading().asksForWhole();
    answer.offerHeaders(range);
    Found found = finding.find(seen, whole);
    return found.object() == null
        ? wholeLater(answer, seen, found.supposedBytes())
        : answer(answer, answer.response(), range, found.object());
  }

  /**
   * A 416 may be true of what was asked of the store and false of what the caller asks: when the
   * request was planned by what was remembered of a version that has been overwritten by a shorter
   * one. Then the caller gets the bytes of the current version, by a sub-request.
   */
  @Override
  public SdkHttpResponse end(Answer answer, Described now) {
    SealedObject object = now.object();
    Reading reading = answer.reading();
    if (object == null) {
      throw new IllegalStateException("internal error: a sealed object was not opened");
    }
    if (!object.has(reading)) {
      SdkHttpResponse.Builder out = answer.response().toBuilder();
      return reading.partNumber() != null
          ? answer.noSuchPart(out)
          : answer.noSuchRange(out, object.plainBytes());
    }
    if (reading.plannedFor(object.version)) {
      throw answer.protocol("status 416 to bytes that the object has");
    }
    SdkHttpResponse instead = answer.instead(now.seen());
    Stored nothing = new Stored(0, 0, object.version.storedBytes());
    return answer(answer, instead, nothing, object);
  }

  private SdkHttpResponse.Builder described(
      Answer answer, SdkHttpResponse response, DeclaredSeal seal) {
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    SseAnswer sse = SseAnswer.of(seal, CustomerKeys.Given.md5Of(answer.reading().customerKey()));
    SseHeaders.answer(out, sse, answer.reading().exchange().settings().options().sseParameters());
    return out;
  }

  /**
   * A whole object whose key is obtained when its body is asked for, before the first byte is given
   * out. Length and encryption are reported unproved; the body proves them, or fails.
   */
  private SdkHttpResponse wholeLater(Answer answer, Seen seen, long plainBytes) {
    Reading reading = answer.reading();
    SdkHttpResponse.Builder out =
        described(answer, answer.response(), EncryptionService.declared(seen.metadata()));
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(plainBytes));
    answer.open(
        BodyPlan.opened(
            answer.where(),
            stored -> stored,
            () -> {
              SealedObject object = objects.of(reading, seen);
              metadata.check(reading.exchange(), seen.answer(), object.opener);
              return object.wholeFeed(plainBytes);
            },
            Prefetch.THREADS));
    return out.build();
  }

  /**
   * Answers with an object that was opened.
   *
   * @param response the headers to answer with
   * @param range what the body holds, null for the whole object
   */
  private SdkHttpResponse answer(
      Answer answer, SdkHttpResponse response, @Nullable Stored range, SealedObject object) {
    Reading reading = answer.reading();
    metadata.check(reading.exchange(), response, object.opener);
    long plainBytes = object.plainBytes();
    SdkHttpResponse.Builder out = described(answer, response, object.opener.declared());
    Integer number = reading.partNumber();
    if (number != null) {
      SealedObject.Part part = object.part(number);
      if (part == null) {
        return answer.noSuchPart(out);
      }
      if (object.partCount() > 0) {
        ObjectHeaders.putPartsCount(out, object.partCount());
      }
      return slice(answer, out, range, object, part.slice());
    }
    if (reading.range() == null) {
      if (range != null) {
        throw answer.protocol("a part of the object, though the whole was asked for");
      }
      return whole(answer, out, object, plainBytes);
    }
    Slice slice = reading.range().within(plainBytes); // of a whole answer too: some ignore ranges
    return slice == null && !reading.range().isEndOfNothing(plainBytes)
        ? answer.noSuchRange(out, plainBytes)
        : slice(answer, out, range, object, slice);
  }

  private static SdkHttpResponse whole(
      Answer answer, SdkHttpResponse.Builder out, SealedObject object, long plainBytes) {
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(plainBytes));
    answer.open(
        BodyPlan.opened(
            answer.where(),
            stored ->
                SyncBody.opened(
                        answer.where(), stored, plainBytes, 0, () -> object.openWhole(stored))
                    .onRefusal(object::forget),
            () -> object.wholeFeed(plainBytes),
            null));
    return out.build();
  }

  /**
   * Answers with a byte range: out of the body where it is there, else by a sub-request.
   *
   * @param range what the body holds, null for the whole object
   * @param slice null for a part or range without bytes
   */
  private static SdkHttpResponse slice(
      Answer answer,
      SdkHttpResponse.Builder out,
      @Nullable Stored range,
      SealedObject object,
      @Nullable Slice slice) {
    if (slice == null) {
      StoredBody.abort(answer.body());
      answer.open(BodyPlan.instead(new byte[0]));
      out.removeHeader(ObjectHeaders.CONTENT_RANGE);
      return out.statusCode(200).putHeader(ObjectHeaders.CONTENT_LENGTH, "0").build();
    }
    Answer.putSlice(out, slice, object.plainBytes());
    if (!answer.givesBody()) {
      return out.build();
    }
    ByteRange byteRange = object.covering(slice);
    long begin = range == null ? 0 : range.first();
    long end = range == null ? object.version.storedBytes() - 1 : range.last();
    long skip = byteRange.first() - begin;
    String where = answer.where();
    if (skip >= 0 && skip <= MAX_SKIPPED_BYTES && byteRange.last() <= end) {
      long surplus = end - byteRange.last();
      answer.open(
          BodyPlan.opened(
              where,
              stored -> opened(where, stored, surplus, skip, object, byteRange),
              () -> object.feed(skip, byteRange),
              null));
    } else {
      answer.open(
          BodyPlan.fetched(
              slice.bytes(),
              () -> opened(where, object.fetch(byteRange), 0, 0, object, byteRange)));
    }
    return out.build();
  }

  private static InputStream opened(
      String where,
      InputStream stored,
      long surplus,
      long skip,
      SealedObject object,
      ByteRange byteRange) {
    return SyncBody.opened(
            where,
            stored,
            byteRange.slice().bytes(),
            surplus,
            () -> object.open(new CutStream(stored, skip, byteRange.bytes()), byteRange))
        .onRefusal(object::forget);
  }
}
