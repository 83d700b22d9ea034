package io.claviger.s3.internal.read;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.body.PeekedBody;
import io.claviger.s3.internal.body.StoredBody;
import io.claviger.s3.internal.stored.AnswerBytes;
import io.claviger.s3.internal.stored.PinnedReads;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.stored.RangePlan.Stored;
import io.claviger.s3.internal.stored.Reading;
import io.claviger.s3.internal.stored.SealedObjects.Seen;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.UserMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * An answer to a GET or HEAD as the store gave it, and what callers get in its place.
 *
 * @param reading what was asked for
 * @param response its headers
 * @param body its body where a synchronous client has one
 */
record Answer(Reading reading, SdkHttpResponse response, @Nullable PeekedBody body) {
  private static final String ERROR =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>";

  /** Headers that callers exchange in their answers, by the field of the request. */
  private static final Map<String, String> EXCHANGED =
      Map.of(
          "ResponseCacheControl", "Cache-Control",
          "ResponseContentDisposition", "Content-Disposition",
          "ResponseContentEncoding", "Content-Encoding",
          "ResponseContentLanguage", "Content-Language",
          "ResponseContentType", "Content-Type");

  String where() {
    return reading.where();
  }

  /** Returns the refusal of an answer that breaks the protocol. */
  ClavigerS3Exception protocol(String found) {
    return reading.exchange().protocol(found);
  }

  /** Says how the body is opened. */
  void open(@Nullable BodyPlan plan) {
    PeekedBody below = body;
    reading
        .exchange()
        .attempt()
        .open(plan == null || below == null ? plan : plan.over(below::over));
  }

  /** Lets headers of parts be read of the body, whose bytes are {@code range} of the object. */
  void offerHeaders(@Nullable Stored range) {
    if (body != null && givesBody()) {
      long first = range == null ? 0 : range.first();
      long bytes = range == null ? length() : range.bytes();
      reading.answered(new AnswerBytes(where(), body, first, bytes));
    }
  }

  /** Whether callers get a body, which a HEAD has none of. */
  boolean givesBody() {
    return reading.exchange().givesBody();
  }

  /** Returns what part of the stored object this holds, null for the whole. */
  @Nullable Stored storedRange() {
    if (response.statusCode() != 206) {
      return null;
    }
    String header = response.firstMatchingHeader(ObjectHeaders.CONTENT_RANGE).orElse("");
    Stored range = Stored.parse(header);
    if (range == null) {
      throw protocol("status 206 with Content-Range \"" + header + "\"");
    }
    return range;
  }

  /**
   * Whether this says that the object is empty: some stores answer a range or part of one with 206
   * and a Content-Range of no bytes, "bytes 0--1/0", which is none.
   */
  boolean isOfNothing() {
    OptionalLong length = ObjectHeaders.number(response, ObjectHeaders.CONTENT_LENGTH);
    String range = response.firstMatchingHeader(ObjectHeaders.CONTENT_RANGE).orElse("/0");
    return length.isPresent() && length.getAsLong() == 0 && range.endsWith("/0");
  }

  void requireCovered(Stored range, long first, long last) {
    if (!range.covers(first, last)) {
      throw protocol(
          "stored bytes %d to %d where %d to %d were asked for"
              .formatted(range.first(), range.last(), first, last));
    }
  }

  long length() {
    OptionalLong length = ObjectHeaders.number(response, ObjectHeaders.CONTENT_LENGTH);
    if (length.isEmpty()) {
      throw protocol("no Content-Length");
    }
    return length.getAsLong();
  }

  /** Returns what this says of an object of {@code storedBytes} bytes, unproved. */
  Seen seen(long storedBytes) {
    return new Seen(response, UserMetadata.of(response), storedBytes);
  }

  /**
   * Refuses an answer with another object than {@code If-Match} named.
   *
   * @throws ClavigerS3Exception PROTOCOL if its ETag is another one, or it has none
   */
  void requireMatch() {
    String ifMatch = reading.exchange().attempt().ifMatch();
    String found = response.firstMatchingHeader(ObjectHeaders.ETAG).orElse(null);
    if (!ETags.meet(ifMatch, found)) {
      throw protocol(
          "ETag %s where If-Match named %s".formatted(found == null ? "missing" : found, ifMatch));
    }
  }

  /** Makes {@code out} the answer to a range of an object of {@code plainBytes} bytes. */
  static void putSlice(SdkHttpResponse.Builder out, Slice slice, long plainBytes) {
    out.statusCode(206);
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(slice.bytes()));
    out.putHeader(ObjectHeaders.CONTENT_RANGE, slice.contentRange(plainBytes));
  }

  /** Turns {@code out} into S3's answer to a range that begins behind the end. */
  SdkHttpResponse noSuchRange(SdkHttpResponse.Builder out, long plainBytes) {
    out.putHeader(ObjectHeaders.CONTENT_RANGE, "bytes */" + plainBytes);
    return refused(out, "InvalidRange", "The requested range is not satisfiable");
  }

  /** Turns {@code out} into S3's answer to a part number that the object does not have. */
  SdkHttpResponse noSuchPart(SdkHttpResponse.Builder out) {
    out.removeHeader(ObjectHeaders.CONTENT_RANGE);
    return refused(out, "InvalidPartNumber", "The requested partnumber is not satisfiable");
  }

  private SdkHttpResponse refused(SdkHttpResponse.Builder out, String code, String message) {
    if (out.statusCode() == ObjectHeaders.NOT_SATISFIABLE) {
      StoredBody.release(body); // the store's own error document: its connection serves again
    } else {
      StoredBody.abort(body);
    }
    byte[] error = ERROR.formatted(code, message).getBytes(StandardCharsets.UTF_8);
    open(BodyPlan.instead(error));
    int bytes = givesBody() ? error.length : 0;
    return ObjectHeaders.asError(out, ObjectHeaders.NOT_SATISFIABLE, bytes).build();
  }

  /**
   * Returns the headers with which the store would have answered, had it been asked for what is
   * there now.
   */
  SdkHttpResponse instead(Seen now) {
    SdkRequest request = reading.request();
    String found = now.answer().firstMatchingHeader(ObjectHeaders.ETAG).orElse(null);
    if (!ETags.meet(reading.exchange().attempt().ifMatch(), found)) {
      throw PinnedReads.overwritten(where(), null);
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
