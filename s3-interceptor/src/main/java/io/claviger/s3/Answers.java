package io.claviger.s3;

import io.claviger.s3.ClavigerS3Exception.Failure;
import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.RangePlan.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;

/** How answers to GET and HEAD are read, and what callers get in their place. */
final class Answers {
  private static final String ERROR =
      "<?xml version=\"1.0\""
          + " encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>";

  /** S3's status for a range or part that the object does not have. */
  static final int NOT_SATISFIABLE = 416;

  /** The most parts that an upload has. */
  private static final int MAX_PARTS = 10_000;

  private Answers() {}

  /** Returns what part of the stored object an answer holds, null for the whole. */
  static @Nullable Stored storedRange(Call call, SdkHttpResponse response) {
    if (response.statusCode() != 206) {
      return null;
    }
    String header = response.firstMatchingHeader(ObjectHeaders.CONTENT_RANGE).orElse("");
    Stored range = Stored.parse(header);
    if (range == null) {
      throw protocol(call, "status 206 with Content-Range \"" + header + "\"");
    }
    return range;
  }

  /**
   * Whether an answer says that the object is empty: some stores answer a range or part of one with
   * 206 and a Content-Range of no bytes, "bytes 0--1/0", which is none.
   */
  static boolean isOfNothing(SdkHttpResponse response) {
    OptionalLong length = ObjectHeaders.number(response, ObjectHeaders.CONTENT_LENGTH);
    String range = response.firstMatchingHeader(ObjectHeaders.CONTENT_RANGE).orElse("/0");
    return length.isPresent() && length.getAsLong() == 0 && range.endsWith("/0");
  }

  static void requireCovered(Call call, Stored range, long first, long last) {
    if (!range.covers(first, last)) {
      throw protocol(
          call,
          "stored bytes %d to %d where %d to %d were asked for"
              .formatted(range.first(), range.last(), first, last));
    }
  }

  /**
   * Adds the parts of a page, and returns the marker after which the list goes on.
   *
   * @param before the last one
   * @throws ClavigerS3Exception PROTOCOL if the page has a part that is not behind {@code before},
   *     or goes on with none of its own, where it says nothing or behind the last part that an
   *     upload can have: the list might never end
   */
  static int nextPart(Call call, int before, ListPartsResponse page, Map<Integer, Part> parts) {
    for (Part part : page.parts()) {
      if (part.partNumber() == null || part.partNumber() <= before) {
        throw protocol(
            call,
            "a list of parts behind part %d that has part %s".formatted(before, part.partNumber()));
      }
      parts.put(part.partNumber(), part);
    }
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return before;
    }
    Integer next = page.nextPartNumberMarker();
    if (next == null || next <= before || next > MAX_PARTS || page.parts().isEmpty()) {
      throw protocol(
          call,
          "a truncated list of parts, with %d on this page, that goes on after part %s, where one of %d to %d was expected"
              .formatted(
                  page.parts().size(), next == null ? "(none)" : next, before + 1, MAX_PARTS));
    }
    return next;
  }

  static long length(Call call, SdkHttpResponse response) {
    OptionalLong length = ObjectHeaders.number(response, ObjectHeaders.CONTENT_LENGTH);
    if (length.isEmpty()) {
      throw protocol(call, "no Content-Length");
    }
    return length.getAsLong();
  }

  /**
   * Refuses an answer with another object than {@code If-Match} named.
   *
   * @throws ClavigerS3Exception PROTOCOL if its ETag is another one, or it has none
   */
  static void requireMatch(Call call, SdkHttpResponse response) {
    String found = response.firstMatchingHeader(ObjectHeaders.ETAG).orElse(null);
    if (!ETags.meet(call.ifMatch, found)) {
      throw protocol(
          call,
          "ETag %s where If-Match named %s"
              .formatted(found == null ? "missing" : found, call.ifMatch));
    }
  }

  static ClavigerS3Exception protocol(Call call, String found) {
    return ClavigerS3Exception.of(
        Failure.PROTOCOL,
        call.where(),
        "%s: the store answered with %s. Nothing of it was returned; check the store or the proxy before it"
            .formatted(call.operation(), found));
  }

  /** Makes {@code out} the answer to a range of an object of {@code plainBytes} bytes. */
  static void putSlice(SdkHttpResponse.Builder out, Slice slice, long plainBytes) {
    out.statusCode(206);
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(slice.bytes()));
    out.putHeader(ObjectHeaders.CONTENT_RANGE, slice.contentRange(plainBytes));
  }

  /** Turns an answer into S3's answer to a range that lies behind the end. */
  static SdkHttpResponse noSuchRange(
      Call call, SdkHttpResponse.Builder out, @Nullable InputStream body, long plainBytes) {
    out.putHeader(ObjectHeaders.CONTENT_RANGE, "bytes */" + plainBytes);
    return refused(call, out, body, "InvalidRange", "The requested range is not satisfiable");
  }

  /** Turns an answer into S3's answer to a part number that the object does not have. */
  static SdkHttpResponse noSuchPart(
      Call call, SdkHttpResponse.Builder out, @Nullable InputStream body) {
    out.removeHeader(ObjectHeaders.CONTENT_RANGE);
    return refused(
        call, out, body, "InvalidPartNumber", "The requested partnumber is not satisfiable");
  }

  private static SdkHttpResponse refused(
      Call call,
      SdkHttpResponse.Builder out,
      @Nullable InputStream body,
      String code,
      String message) {
    if (out.statusCode() == NOT_SATISFIABLE) {
      release(body); // the store's own error document: its connection serves again
    } else {
      abort(body);
    }
    byte[] error = ERROR.formatted(code, message).getBytes(StandardCharsets.UTF_8);
    call.body = BodyPlan.instead(error);
    int bytes = call.bodyPlan() == null ? 0 : error.length;
    return ObjectHeaders.asError(out, NOT_SATISFIABLE, bytes).build();
  }

  /** Stops a body that nobody will read. */
  static void abort(@Nullable InputStream body) {
    if (body instanceof Abortable connection) {
      connection.abort();
    }
  }

  /** Closes a body that nobody reads on; may wait for the little that keeps its connection. */
  static void release(@Nullable InputStream body) {
    if (body != null) {
      try {
        body.close();
      } catch (IOException e) {
        // the connection is gone: nothing of it was wanted
      }
    }
  }
}
