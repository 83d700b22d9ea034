package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ForeignS3ec;
import io.claviger.encryption.ObjectOpener;
import io.claviger.format.FormatException;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import io.claviger.s3.RangePlan.Slice;
import io.claviger.s3.RangePlan.Stored;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Opens what GetObject and HeadObject receive: lengths and ranges are proved before they are told.
 * Calls the key management service once for each answer.
 */
final class ObjectReader extends OperationHooks {
  private static final String INVALID_RANGE =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message></Error>";

  private final Settings settings;
  private final EncryptionService encryption;

  ObjectReader(Settings settings, EncryptionService encryption) {
    this.settings = settings;
    this.encryption = encryption;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    SdkRequest request = context.request();
    Integer partNumber = request.getValueForField("PartNumber", Integer.class).orElse(null);
    if (partNumber != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "%s with partNumber is not supported by this version. Read the object whole or by range"
              .formatted(call.operation()));
    }
    if (settings.options().sseParameters().honoured()) {
      call.customerKey = CustomerKeys.of(request, CustomerKeys.OF_REQUEST, call.where());
    }
    if (!settings.reader().acceptMoved()) {
      settings.bound(call.asked());
    }
  }

  /** Asks for the stored bytes that the caller's range needs. */
  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings.options().sseParameters());
    String header = request.firstMatchingHeader(ObjectHeaders.RANGE).orElse(null);
    call.range = header == null ? null : RangePlan.parse(header);
    out.removeHeader(ObjectHeaders.RANGE);
    if (call.range != null) {
      out.putHeader(ObjectHeaders.RANGE, call.range.storedHeader(settings.allowsPlaintext()));
    }
    return out.build();
  }

  /** Proves an answer and rewrites its headers; the body follows by the call's body plan. */
  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    try {
      Map<String, String> metadata = ObjectHeaders.metadata(response);
      if (!EncryptionService.isSealed(metadata)) {
        if (ForeignS3ec.wrote(metadata)) {
          return ForeignObjects.answer(
              call, response, metadata, length(call, response), attributes);
        }
        return plaintext(call, response, body);
      }
      EncryptionContext stated = attributes.getAttribute(ClavigerInterceptor.ENCRYPTION_CONTEXT);
      CustomerKeys.Given customer = call.customerKey;
      ObjectOpener opener =
          encryption.openObject(
              call.asked(),
              metadata,
              settings.reader(),
              stated,
              customer == null ? null : customer.key());
      return sealed(call, response, body, opener);
    } catch (FormatException e) {
      throw KeyFailures.whileReading(call.where(), e);
    } catch (KmsException e) {
      throw KeyFailures.whileReading(call.where(), e);
    }
  }

  private SdkHttpResponse sealed(
      Call call, SdkHttpResponse response, @Nullable InputStream body, ObjectOpener opener) {
    Stored range = storedRange(call, response);
    long storedBytes = range == null ? length(call, response) : range.total();
    long plainBytes = opener.plainBytes(storedBytes);
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    if (settings.options().sseParameters().honoured()) {
      SseHeaders.hide(out);
      SseHeaders.put(out, SseAnswer.of(opener, call.customerKey));
    }
    if (range == null) {
      out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(plainBytes));
      call.body =
          stored ->
              new BodyStream(
                  call.where(), stored, plainBytes, () -> opener.openWhole(stored, storedBytes));
      return out.build();
    }
    Slice slice = wanted(call).within(plainBytes);
    if (slice == null) {
      return nothingThere(call, out, body, plainBytes);
    }
    requireCovered(call, range, slice.storedFirst(), slice.storedLast(plainBytes));
    putSlice(out, slice, plainBytes);
    long skip = slice.storedFirst() - range.first();
    long count = slice.storedLast(plainBytes) - slice.storedFirst() + 1;
    call.body =
        stored ->
            new BodyStream(
                call.where(),
                stored,
                range.last() - range.first() + 1,
                () ->
                    opener.openRange(
                        new CutStream(stored, skip, count),
                        storedBytes,
                        slice.first(),
                        slice.last()));
    return out.build();
  }

  /** An object that carries no envelope. */
  private SdkHttpResponse plaintext(
      Call call, SdkHttpResponse response, @Nullable InputStream body) {
    Stored range = storedRange(call, response);
    if (!settings.allowsPlaintext()) {
      boolean directoryMarker =
          call.asked().key().endsWith("/") && range == null && length(call, response) == 0;
      if (directoryMarker) {
        return response;
      }
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED,
          call.where(),
          "the object is not sealed. If such objects are expected while you move over, set plaintextObjects(ALLOW); otherwise somebody replaced it: restore the object");
    }
    if (range == null) {
      long bytes = length(call, response);
      call.body =
          stored ->
              new BodyStream(call.where(), stored, bytes, () -> CutStream.withoutPreamble(stored));
      return response;
    }
    SdkHttpResponse.Builder out = response.toBuilder();
    Slice slice = wanted(call).within(range.total());
    if (slice == null) {
      return nothingThere(call, out, body, range.total());
    }
    requireCovered(call, range, slice.first(), slice.last());
    ObjectHeaders.removeChecksums(out);
    putSlice(out, slice, range.total());
    call.body =
        stored ->
            new BodyStream(
                call.where(),
                stored,
                range.last() - range.first() + 1,
                () ->
                    new CutStream(
                        range.first() == 0 ? CutStream.withoutPreamble(stored) : stored,
                        slice.first() - range.first(),
                        slice.bytes()));
    return out.build();
  }

  private static RangePlan wanted(Call call) {
    if (call.range == null) {
      throw protocol(call, "a part of the object, though the whole was asked for");
    }
    return call.range;
  }

  /** Returns what part of the stored object an answer holds, null for the whole. */
  private static @Nullable Stored storedRange(Call call, SdkHttpResponse response) {
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

  private static void requireCovered(Call call, Stored range, long first, long last) {
    if (!range.covers(first, last)) {
      throw protocol(
          call,
          "stored bytes %d to %d where %d to %d were asked for"
              .formatted(range.first(), range.last(), first, last));
    }
  }

  private static long length(Call call, SdkHttpResponse response) {
    OptionalLong length = ObjectHeaders.number(response, ObjectHeaders.CONTENT_LENGTH);
    if (length.isEmpty()) {
      throw protocol(call, "no Content-Length");
    }
    return length.getAsLong();
  }

  private static ClavigerS3Exception protocol(Call call, String found) {
    return ClavigerS3Exception.of(
        Failure.PROTOCOL,
        call.where(),
        "%s: the store answered with %s. Nothing of it was returned; check the store or the proxy before it"
            .formatted(call.operation(), found));
  }

  private static void putSlice(SdkHttpResponse.Builder out, Slice slice, long plainBytes) {
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(slice.bytes()));
    out.putHeader(ObjectHeaders.CONTENT_RANGE, slice.contentRange(plainBytes));
  }

  /** Turns an answer into S3's answer to a range that lies behind the end. */
  private static SdkHttpResponse nothingThere(
      Call call, SdkHttpResponse.Builder out, @Nullable InputStream body, long plainBytes) {
    if (body instanceof Abortable connection) {
      connection.abort();
    }
    byte[] error = INVALID_RANGE.getBytes(StandardCharsets.UTF_8);
    call.body = stored -> new ByteArrayInputStream(error);
    return ObjectHeaders.asError(out, 416, error.length)
        .putHeader(ObjectHeaders.CONTENT_RANGE, "bytes */" + plainBytes)
        .build();
  }
}
