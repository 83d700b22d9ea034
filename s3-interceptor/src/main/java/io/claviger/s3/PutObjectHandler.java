package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.format.FormatException;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Seals the body of PutObject. Calls the key management service once for each call. */
final class PutObjectHandler {
  private final Settings settings;
  private final EncryptionService encryption;

  PutObjectHandler(Settings settings, EncryptionService encryption) {
    this.settings = settings;
    this.encryption = encryption;
  }

  /** Refuses what cannot be sealed, before anything happens. */
  void check(Call call, PutObjectRequest put) {
    if (put.writeOffsetBytes() != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "PutObject with writeOffsetBytes appends to a sealed object, which would no longer open. Put the whole object");
    }
    for (String name : put.metadata().keySet()) {
      if (ObjectHeaders.isReservedMetadata(name)) {
        throw ClavigerS3Exception.of(
            Failure.BAD_REQUEST,
            call.where(),
            "user metadata \"%s\": names that begin with \"claviger\" are reserved. Rename it"
                .formatted(name));
      }
    }
    settings.bound(call.asked());
  }

  /** Obtains a data key and returns the body to be sent. */
  RequestBody seal(
      Call call,
      PutObjectRequest put,
      SdkHttpRequest request,
      RequestBody current,
      ExecutionAttributes attributes) {
    RequestBody plain = callersBody(call, current);
    CallerChecksums checksums = CallerChecksums.of(call.where(), request);
    long plainBytes = plainBytes(call, put, plain);
    SseRequest sse =
        SseRequest.of(
            put,
            call.where(),
            settings,
            attributes.getAttribute(ClavigerInterceptor.KEY_ID),
            attributes.getAttribute(ClavigerInterceptor.ENCRYPTION_CONTEXT));
    Call.SealedPut sealed =
        plainBytes == 0 && call.asked().key().endsWith("/")
            ? directoryMarker(plain, checksums, sse)
            : sealed(call, put, plain, plainBytes, checksums, sse);
    call.put = sealed;
    return RequestBody.fromContentProvider(
        sealed.body(), sealed.storedBytes(), plain.contentType());
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
    return new Call.SealedPut(Map.of(), 0, body, checksums, sse.word(), sse.reportedKeyId());
  }

  private Call.SealedPut sealed(
      Call call,
      PutObjectRequest put,
      RequestBody plain,
      long plainBytes,
      CallerChecksums checksums,
      SseRequest sse) {
    ObjectSealer sealer = sealer(call, sse, plainBytes);
    requireFits(call, put, sealer.envelope());
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
    String keyId = sse.reportedKeyId() == null ? sse.keyId() : sse.reportedKeyId();
    return new Call.SealedPut(
        sealer.envelope(), sealer.storedBytes(), body, checksums, sse.word(), keyId);
  }

  private ObjectSealer sealer(Call call, SseRequest sse, long plainBytes) {
    ObjectName name = settings.bound(call.asked());
    EncryptionContext context = sse.context();
    try {
      return encryption.sealObject(
          new SealRequest(name, sse.keyId(), context, settings.names(), sse.word()), plainBytes);
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(call.where(), e, Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw ClavigerS3Exception.of(call.where(), e, advice(e));
    }
  }

  private static String advice(KmsException e) {
    if (e.kind() == ErrorKind.KEY_NOT_FOUND) {
      return ". If callers know the key by another id or ARN, map it with the interceptor's option kmsKeyAliases";
    }
    return e.isRetryable() ? ". Nothing was stored; repeat the call later" : "";
  }

  private static void requireFits(Call call, PutObjectRequest put, Map<String, String> envelope) {
    Map<String, String> all = new HashMap<>(put.metadata());
    all.putAll(envelope);
    int bytes = ObjectHeaders.metadataBytes(all);
    if (bytes > ObjectHeaders.MAX_METADATA_BYTES) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "user metadata would take %d bytes, %d of them the envelope; S3 takes %d. Shorten the object's own metadata or the encryption context"
              .formatted(
                  bytes, ObjectHeaders.metadataBytes(envelope), ObjectHeaders.MAX_METADATA_BYTES));
    }
  }

  /** Rewrites the headers for the sealed body. */
  SdkHttpRequest rewrite(
      Call.SealedPut put, SdkHttpRequest request, ExecutionAttributes attributes) {
    SdkHttpRequest.Builder out = request.toBuilder();
    ObjectHeaders.removePlaintextOnly(out);
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
  SdkHttpResponse answer(Call.SealedPut put, SdkHttpResponse response) {
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    ObjectHeaders.putSse(out, put.sse(), put.keyId());
    return out.build();
  }
}
