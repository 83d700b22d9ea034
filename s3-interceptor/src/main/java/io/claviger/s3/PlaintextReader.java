package io.claviger.s3;

import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.RangePlan.Stored;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Answers that hold an object without an envelope: refused, or read as it is where allowed. */
final class PlaintextReader {
  private final Settings settings;

  PlaintextReader(Settings settings) {
    this.settings = settings;
  }

  SdkHttpResponse answer(Call call, SdkHttpResponse response, @Nullable InputStream body) {
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
                  new BodyStream(
                      call.where(), stored, bytes, () -> CutStream.withoutPreamble(stored)),
              () -> new CutFeed(0, bytes, true),
              null);
      return response;
    }
    return call.reading().storesOwnPart()
        ? part(call, response, range)
        : range(call, response, body, range);
  }

  /** The store's own part, which was asked for as such. */
  private static SdkHttpResponse part(Call call, SdkHttpResponse response, Stored range) {
    call.body =
        BodyPlan.opened(
            call.where(),
            stored ->
                new BodyStream(call.where(), stored, range.bytes(), () -> checked(stored, range)),
            () -> new CutFeed(0, range.bytes(), range.first() == 0),
            null);
    return response;
  }

  private static SdkHttpResponse range(
      Call call, SdkHttpResponse response, @Nullable InputStream body, Stored range) {
    SdkHttpResponse.Builder out = response.toBuilder();
    RangePlan wanted = call.reading().range();
    if (wanted == null) {
      throw Answers.protocol(call, "a part of the object, though the whole was asked for");
    }
    Slice slice = wanted.within(range.total());
    if (slice == null) {
      return Answers.noSuchRange(call, out, body, range.total());
    }
    Answers.requireCovered(call, range, slice.first(), slice.last());
    ObjectHeaders.removeChecksums(out);
    Answers.putSlice(out, slice, range.total());
    long skip = slice.first() - range.first();
    call.body =
        BodyPlan.opened(
            call.where(),
            stored ->
                new BodyStream(
                    call.where(),
                    stored,
                    range.bytes(),
                    () -> new CutStream(checked(stored, range), skip, slice.bytes())),
            () -> new CutFeed(skip, slice.bytes(), range.first() == 0),
            null);
    return out.build();
  }

  private static InputStream checked(InputStream stored, Stored range) throws java.io.IOException {
    return range.first() == 0 ? CutStream.withoutPreamble(stored) : stored;
  }
}
