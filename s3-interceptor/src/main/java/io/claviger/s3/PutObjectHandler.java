package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.format.FormatException;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.InterceptorContext;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Seals the body of PutObject. Calls the key management service once for each call. */
final class PutObjectHandler extends OperationHooks {
  private final Settings settings;
  private final EncryptionService encryption;

  PutObjectHandler(Settings settings, EncryptionService encryption) {
    this.settings = settings;
    this.encryption = encryption;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    PutObjectRequest put = (PutObjectRequest) context.request();
    call.callersBody =
        context instanceof InterceptorContext c ? c.requestBody().orElse(null) : null;
    if (put.writeOffsetBytes() != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "PutObject with writeOffsetBytes appends to a sealed object, which would no longer open. Put the whole object");
    }
    ObjectHeaders.requireCallersOwn(call.where(), put.metadata());
    settings.bound(call.asked());
  }

  /** Obtains a data key and returns the body to be sent. */
  @Override
  Optional<RequestBody> body(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    PutObjectRequest put = (PutObjectRequest) context.request();
    SdkHttpRequest request = context.httpRequest();
    RequestBody current = context.requestBody().orElseGet(RequestBody::empty);
    RequestBody plain = callersBody(call, current);
    CallerChecksums checksums = CallerChecksums.of(call.where(), request);
    long plainBytes = plainBytes(call, put, plain);
    SseRequest sse = SseRequest.of(put, call.where(), settings, attributes);
    Call.SealedPut sealed =
        plainBytes == 0 && call.asked().key().endsWith("/")
            ? directoryMarker(plain, checksums, sse)
            : sealed(call, put, plain, plainBytes, checksums, sse);
    call.put = sealed;
    return Optional.of(
        RequestBody.fromContentProvider(sealed.body(), sealed.storedBytes(), plain.contentType()));
  }

  /**
   * Returns the caller's own body where the SDK put its wrapper in front of it: the wrapper cuts
   * the source at the announced length and calls an unknown length 0. A body that another
   * interceptor made is kept.
   */
  private static RequestBody callersBody(Call call, RequestBody current) {
    RequestBody original = call.callersBody;
    boolean wrapper = current.getClass().getSimpleName().equals("SdkInternalOnlyRequestBody");
    return original != null && wrapper ? original : current;
  }

  private static long plainBytes(Call call, PutObjectRequest put, RequestBody plain) {
    Long stated = put.contentLength();
    Long known = plain.optionalContentLength().orElse(null);
    if (stated != null && known != null && !stated.equals(known)) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "contentLength says %d bytes, the request body %d. Announce the true length once"
              .formatted(stated, known));
    }
    Long length = stated == null ? known : stated;
    if (length == null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "a body of unknown length cannot be sealed: the length stands before the first byte. Set contentLength on the request, or use RequestBody.fromInputStream(stream, length) or fromFile");
    }
    return length;
  }

  private static Call.SealedPut directoryMarker(
      RequestBody plain, CallerChecksums checksums, SseRequest sse) {
    ContentStreamProvider source = plain.contentStreamProvider();
    ContentStreamProvider body = () -> checksums.checking(source.newStream(), 0);
    return new Call.SealedPut(Map.of(), 0, body, checksums, SseAnswer.of(sse));
  }

  private Call.SealedPut sealed(
      Call call,
      PutObjectRequest put,
      RequestBody plain,
      long plainBytes,
      CallerChecksums checksums,
      SseRequest sse) {
    ObjectSealer sealer = sealer(call, sse, plainBytes);
    ObjectHeaders.requireFits(call.where(), put.metadata(), sealer.envelope());
    ContentStreamProvider source = plain.contentStreamProvider();
    ContentStreamProvider body =
        () -> {
          InputStream in = source.newStream();
          return new BodyStream(
              call.where(),
              in,
              sealer.storedBytes(),
              () -> sealer.seal(checksums.checking(in, plainBytes)));
        };
    return new Call.SealedPut(
        sealer.envelope(), sealer.storedBytes(), body, checksums, SseAnswer.of(sse));
  }

  private ObjectSealer sealer(Call call, SseRequest sse, long plainBytes) {
    ObjectName name = settings.bound(call.asked());
    try {
      return encryption.sealObject(sse.seal(name, settings), plainBytes);
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(call.where(), e, Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw KeyFailures.whileWriting(call.where(), e);
    }
  }

  /** Rewrites the headers for the sealed body. */
  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    Call.SealedPut put = Objects.requireNonNull(call.put, "body comes first");
    SdkHttpRequest.Builder out = request.toBuilder();
    ObjectHeaders.removePlaintextOnly(out, settings.options().sseParameters());
    ObjectHeaders.putMetadata(out, put.envelope());
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(put.storedBytes()));
    useStoredAlgorithm(put.checksums().storedAlgorithm(), attributes);
    return out.build();
  }

  /** Lets the SDK send its own sum, of the stored bytes, in the algorithm that the caller chose. */
  private static void useStoredAlgorithm(
      @Nullable ChecksumAlgorithm algorithm, ExecutionAttributes attributes) {
    var specs = attributes.getAttribute(SdkExecutionAttribute.RESOLVED_CHECKSUM_SPECS);
    if (algorithm != null && specs != null) {
      attributes.putAttribute(
          SdkExecutionAttribute.RESOLVED_CHECKSUM_SPECS,
          specs.toBuilder()
              .algorithmV2(algorithm)
              .headerName(ObjectHeaders.checksumHeader(algorithm.algorithmId()))
              .build());
    }
  }

  /** Hides the sums of stored bytes and tells what the object was sealed with. */
  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    Call.SealedPut put = Objects.requireNonNull(call.put, "body comes first");
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    if (settings.options().sseParameters().honoured()) {
      SseHeaders.hide(out);
      SseHeaders.put(out, put.sse());
    }
    return out.build();
  }
}
