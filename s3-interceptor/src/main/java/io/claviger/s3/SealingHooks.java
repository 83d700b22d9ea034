package io.claviger.s3;

import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.InterceptorContext;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What operations that send object bytes have in common: the caller's body in, the sealed body out,
 * the same bytes at every opening.
 */
abstract class SealingHooks extends OperationHooks {
  final Settings settings;

  SealingHooks(Settings settings) {
    this.settings = settings;
  }

  /**
   * What seals a body.
   *
   * @param sealer null for a body that stays as it is: a directory marker
   * @param sse what is told back
   */
  record Sealing(@Nullable ObjectSealer sealer, SseAnswer sse) {
    long storedBytes() {
      return sealer == null ? 0 : sealer.storedBytes();
    }

    Call.SealedPut put(
        @Nullable ContentStreamProvider body,
        @Nullable SealedAsyncBody asyncBody,
        CallerChecksums checksums) {
      EnvelopeDraft envelope = sealer == null ? null : sealer.draft();
      return new Call.SealedPut(envelope, storedBytes(), body, asyncBody, checksums, sse);
    }
  }

  /**
   * Obtains what seals a body of {@code plainBytes} bytes; may call the key management service.
   * Nothing was sent yet.
   */
  abstract Sealing sealing(
      Call call, SdkRequest request, long plainBytes, ExecutionAttributes attributes);

  @Override
  void check(Call call, Context.BeforeExecution context) {
    call.callersBody =
        context instanceof InterceptorContext c ? c.requestBody().orElse(null) : null;
  }

  @Override
  Optional<RequestBody> body(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    RequestBody current = context.requestBody().orElseGet(RequestBody::empty);
    RequestBody plain = callersBody(call, current);
    CallerChecksums checksums = CallerChecksums.of(call.where(), context.httpRequest());
    Long known = plain.optionalContentLength().orElse(null);
    long plainBytes = plainBytes(call, context.request(), known);
    Sealing sealing = sealing(call, context.request(), plainBytes, attributes);
    ContentStreamProvider body =
        sealed(call, sealing.sealer(), plain.contentStreamProvider(), checksums);
    call.put = sealing.put(body, null, checksums);
    return Optional.of(
        RequestBody.fromContentProvider(body, call.put.storedBytes(), plain.contentType()));
  }

  /** As {@link #body}; obtains what seals it on the thread that makes the request. */
  @Override
  Optional<AsyncRequestBody> asyncBody(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    AsyncRequestBody given = context.asyncRequestBody().orElseGet(AsyncRequestBody::empty);
    AsyncRequestBody plain = CrtFiles.body(call, given, attributes);
    CallerChecksums checksums = CallerChecksums.of(call.where(), context.httpRequest());
    long plainBytes = plainBytes(call, context.request(), plain.contentLength().orElse(null));
    Sealing sealing = sealing(call, context.request(), plainBytes, attributes);
    CrtFiles.countPlaintext(attributes, plainBytes, sealing.storedBytes());
    ObjectSealer sealer = sealing.sealer();
    Supplier<SegmentFeed> feed = sealer == null ? CutFeed::empty : sealer::sealingFeed;
    SealedAsyncBody sealed =
        new SealedAsyncBody(
            call.where(),
            plain,
            sealing.storedBytes(),
            () -> checksums.checking(feed.get(), plainBytes));
    call.put = sealing.put(null, sealed, checksums);
    return Optional.of(sealed);
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

  /**
   * Returns the length of the plaintext: what the request states, else the body's own length. The
   * source is cut there or has fewer bytes, which is an error, both as in the SDK.
   *
   * @param known the body's own length, null when it does not know
   * @throws ClavigerS3Exception UNSUPPORTED if neither says
   */
  static long plainBytes(Call call, SdkRequest request, @Nullable Long known) {
    Long stated = request.getValueForField("ContentLength", Long.class).orElse(null);
    Long length = stated == null ? known : stated;
    if (length == null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "a body of unknown length cannot be sealed: the length stands before the first byte. Set contentLength on the request, or use RequestBody.fromInputStream(stream, length) or fromFile");
    }
    return length;
  }

  private static ContentStreamProvider sealed(
      Call call,
      @Nullable ObjectSealer sealer,
      ContentStreamProvider provider,
      CallerChecksums checksums) {
    CallersSource source = new CallersSource(call.where(), provider);
    if (sealer == null) {
      return () -> checksums.checking(new CutStream(source.open(), 0, 0), 0);
    }
    return () -> {
      InputStream in = source.open();
      return BodyStream.sealed(
          call.where(),
          in,
          sealer.storedBytes(),
          () -> sealer.seal(checksums.checking(in, sealer.plainBytes())));
    };
  }

  /** Rewrites the headers for the sealed body. */
  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    Call.SealedPut put = Objects.requireNonNull(call.put, "body comes first");
    SdkHttpRequest.Builder out = request.toBuilder();
    ObjectHeaders.removePlaintextOnly(out, settings.options().sseParameters());
    EnvelopeDraft envelope = put.envelope();
    if (envelope != null) {
      call.covered = Covered.planned(call, request, attributes);
      UserMetadata.put(out, envelope.complete(call.covered));
    }
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
}
