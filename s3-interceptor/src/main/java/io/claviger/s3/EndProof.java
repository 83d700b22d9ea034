package io.claviger.s3;

import io.claviger.s3.RangePlan.Stored;
import io.claviger.s3.SealedObjects.Described;
import io.claviger.s3.SealedObjects.Seen;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What becomes of a 416 of the store. Whoever reads on until the end takes it for the end, so it is
 * told only when the proved length says so. It carries no envelope: the object is asked for anew by
 * a HEAD. Answers of asynchronous clients come on event loops, which may not wait: there the HEAD
 * is made before the request is sent, or sent again.
 *
 * <p>A 416 may be true of what was asked of the store and false of what the caller asks: when the
 * request was planned by what was remembered of a version that has been overwritten by a shorter
 * one. Then the caller gets the bytes of the version there is, by a request of ours.
 */
final class EndProof {
  /** Headers that callers exchange in their answers, by the field of the request. */
  private static final Map<String, String> EXCHANGED =
      Map.of(
          "ResponseCacheControl", "Cache-Control",
          "ResponseContentDisposition", "Content-Disposition",
          "ResponseContentEncoding", "Content-Encoding",
          "ResponseContentLanguage", "Content-Language",
          "ResponseContentType", "Content-Type");

  private EndProof() {}

  /** Whether the object has the range or part that is asked for. */
  static boolean has(SealedObject object, Reading reading) {
    if (reading.partNumber() != null) {
      return object.part(reading.partNumber()) != null;
    }
    RangePlan range = reading.range();
    long plainBytes = object.plainBytes();
    return range == null || range.within(plainBytes) != null || range.isEndOfNothing(plainBytes);
  }

  /**
   * Returns S3's answer to a range or part that the object does not have, told of the plaintext.
   *
   * @param described asks for the object anew
   * @throws ClavigerS3Exception PROTOCOL if the store has what it was asked for
   */
  static SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      Supplier<Described> described,
      PlaintextReader plaintext,
      ExecutionAttributes attributes) {
    Reading reading = call.reading();
    if (reading.asksForWhole()) {
      throw Answers.protocol(call, "status 416, though the whole was asked for");
    }
    if (!call.async && reading.storesOwnPart()) {
      return response; // the object was asked for anew already
    }
    Described now = described.get();
    SealedObject object = now.object();
    if (object == null) {
      return plaintext.behindEnd(call, response, now.seen(), attributes);
    }
    if (!has(object, reading)) {
      return reading.partNumber() != null
          ? Answers.noSuchPart(call, response.toBuilder(), body)
          : Answers.noSuchRange(call, response.toBuilder(), body, object.plainBytes());
    }
    if (reading.plannedFor(object.version)) {
      throw Answers.protocol(call, "status 416 to bytes that the object has");
    }
    SdkHttpResponse instead = instead(call, response, now.seen());
    Stored nothing = new Stored(0, 0, object.version.storedBytes());
    return ObjectReader.sealed(call, instead, body, nothing, object);
  }

  /**
   * Returns the headers with which the store would have answered, had it been asked for what is
   * there now.
   */
  static SdkHttpResponse instead(Call call, SdkHttpResponse response, Seen now) {
    SdkRequest request = call.reading().request();
    String found = now.answer().firstMatchingHeader(ObjectHeaders.ETAG).orElse(null);
    if (!ETags.meet(call.ifMatch, found)) {
      throw PinnedReads.overwritten(call.where(), null);
    }
    SdkHttpResponse.Builder out =
        response.toBuilder().statusCode(206).statusText(null).headers(now.answer().headers());
    EXCHANGED.forEach(
        (field, header) -> {
          String value = RequestFields.text(request, field);
          if (value != null) {
            out.putHeader(header, value);
          }
        });
    return out.build();
  }
}
