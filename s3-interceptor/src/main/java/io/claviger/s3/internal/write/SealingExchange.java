package io.claviger.s3.internal.write;

import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SegmentFeed;
import io.claviger.encryption.Spool;
import io.claviger.format.CoveredHeaders;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.body.CallerChecksums;
import io.claviger.s3.internal.body.CallersSource;
import io.claviger.s3.internal.body.CrtFiles;
import io.claviger.s3.internal.body.CutFeed;
import io.claviger.s3.internal.body.CutStream;
import io.claviger.s3.internal.body.SealedAsyncBody;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.sdk.SdkChecksums;
import io.claviger.s3.internal.sdk.SdkInternals;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What operations that send object bytes have in common: the caller's body in, the sealed body out,
 * the same bytes at every opening.
 */
public abstract class SealingExchange extends Exchange {
  /**
   * What is sent.
   *
   * @param sealing what seals it
   * @param body gives the bytes to be sent, the same at every opening; null for asynchronous
   *     clients
   * @param asyncBody the same for asynchronous clients, null for others
   * @param checksums the caller's own, of the plaintext
   */
  private record Sealed(
      Sealing sealing,
      @Nullable ContentStreamProvider body,
      @Nullable SealedAsyncBody asyncBody,
      CallerChecksums checksums) {}

  /** The body as the caller gave it. */
  private @Nullable RequestBody callersBody;

  private @Nullable Sealed sealed;
  private @Nullable CoveredHeaders covered;

  /** Holds a body of unknown length; null where the length is known. */
  private @Nullable SpooledBody spooled;

  protected SealingExchange(Beginning begun) {
    super(begun);
  }

  /**
   * Obtains what seals a body of {@code plainBytes} bytes; may call the key management service.
   * Nothing was sent yet.
   */
  protected abstract Sealing sealing(SdkRequest request, long plainBytes);

  /** Returns what seals the body, which was planned. */
  protected final Sealing sealing() {
    return sealed().sealing();
  }

  private Sealed sealed() {
    return Objects.requireNonNull(sealed, "body comes first");
  }

  /** Whether what is stored is compared by its MD5, so that no checksum need be sent. */
  protected boolean comparesOnlyMd5() {
    return false;
  }

  /** Returns the body as it is sent. */
  protected ContentStreamProvider sent(ContentStreamProvider sealed) {
    return sealed;
  }

  /** As {@link #sent(ContentStreamProvider)}, of an asynchronous client's. */
  protected Supplier<SegmentFeed> sent(Supplier<SegmentFeed> sealed) {
    return sealed;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    callersBody = SdkInternals.callersBody(context);
  }

  @Override
  protected Optional<RequestBody> body(Context.ModifyHttpRequest context) {
    RequestBody current = context.requestBody().orElseGet(RequestBody::empty);
    RequestBody plain = callersBody(current);
    CallerChecksums checksums = CallerChecksums.of(where(), context.httpRequest());
    Long known = plain.optionalContentLength().orElse(null);
    ContentStreamProvider source = plain.contentStreamProvider();
    Spool spool = settings().options().spool();
    if (spool != null && known == null && statedBytes(context.request()) == null) {
      spooled = SpooledBody.of(settings().provider(), where(), source, spool);
      known = spooled.plainBytes();
      source = spooled;
    }
    long plainBytes = plainBytes(context.request(), known);
    Sealing sealing = sealing(context.request(), plainBytes);
    ContentStreamProvider body = sent(sealed(sealing.sealer(), source, checksums));
    sealed = new Sealed(sealing, body, null, checksums);
    return Optional.of(
        RequestBody.fromContentProvider(body, sealing.storedBytes(), plain.contentType()));
  }

  /** As {@link #body}; obtains what seals it on the thread that makes the request. */
  @Override
  protected Optional<AsyncRequestBody> asyncBody(Context.ModifyHttpRequest context) {
    AsyncRequestBody given = context.asyncRequestBody().orElseGet(AsyncRequestBody::empty);
    AsyncRequestBody plain = CrtFiles.body(where(), given, attributes());
    CallerChecksums checksums = CallerChecksums.of(where(), context.httpRequest());
    long plainBytes = plainBytes(context.request(), plain.contentLength().orElse(null));
    Sealing sealing = sealing(context.request(), plainBytes);
    CrtFiles.countPlaintext(attributes(), plainBytes, sealing.storedBytes());
    ObjectSealer sealer = sealing.sealer();
    Supplier<SegmentFeed> feed = sealer == null ? CutFeed::empty : sealer::sealingFeed;
    SealedAsyncBody body =
        new SealedAsyncBody(
            where(),
            plain,
            sealing.storedBytes(),
            sent(() -> checksums.checking(feed.get(), plainBytes)));
    sealed = new Sealed(sealing, null, body, checksums);
    return Optional.of(body);
  }

  /**
   * Returns the caller's own body where the SDK put its wrapper in front of it: the wrapper cuts
   * the source at the announced length and calls an unknown length 0. A body that another
   * interceptor made is kept.
   */
  private RequestBody callersBody(RequestBody current) {
    RequestBody original = callersBody;
    return original != null && SdkInternals.isWrapper(current) ? original : current;
  }

  /**
   * Returns the length of the plaintext: what the request states, else the body's own length. The
   * source is cut there or has fewer bytes, which is an error, both as in the SDK.
   *
   * @param known the body's own length, null when it does not know
   * @throws ClavigerS3Exception UNSUPPORTED if neither says
   */
  private long plainBytes(SdkRequest request, @Nullable Long known) {
    Long stated = statedBytes(request);
    Long length = stated == null ? known : stated;
    if (length == null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where(),
          "a body of unknown length cannot be sealed: the length stands before the first byte. Set contentLength on the request, use RequestBody.fromInputStream(stream, length) or fromFile, use a multipart-enabled asynchronous client, or let synchronous clients spool such bodies (spool, claviger.s3.spool_bytes)");
    }
    return length;
  }

  private static @Nullable Long statedBytes(SdkRequest request) {
    return request.getValueForField("ContentLength", Long.class).orElse(null);
  }

  private ContentStreamProvider sealed(
      @Nullable ObjectSealer sealer, ContentStreamProvider provider, CallerChecksums checksums) {
    CallersSource source = new CallersSource(where(), provider);
    if (sealer == null) {
      return () -> checksums.checking(new CutStream(source.open(), 0, 0), 0);
    }
    return () -> {
      InputStream in = source.open();
      return SyncBody.sealed(
          where(),
          in,
          sealer.storedBytes(),
          () -> sealer.seal(checksums.checking(in, sealer.plainBytes())));
    };
  }

  /** Rewrites the headers for the sealed body. */
  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    Sealing sealing = sealing();
    SdkHttpRequest.Builder out = request.toBuilder();
    ObjectHeaders.removePlaintextOnly(out, settings().options().sseParameters());
    EnvelopeDraft envelope = sealing.draft();
    if (envelope != null) {
      covered = Covered.planned(sent(), request, attributes());
      UserMetadata.put(out, envelope.complete(covered));
    }
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(sealing.storedBytes()));
    if (comparesOnlyMd5()) {
      return out.build();
    }
    useStoredAlgorithm(sealed().checksums().storedAlgorithm(), attributes());
    return out.build();
  }

  /**
   * Lets the SDK send its own checksum, of the stored bytes, in the algorithm that the caller
   * chose.
   */
  private static void useStoredAlgorithm(
      @Nullable String algorithm, ExecutionAttributes attributes) {
    var specs = attributes.getAttribute(SdkExecutionAttribute.RESOLVED_CHECKSUM_SPECS);
    if (algorithm != null && specs != null) {
      SdkChecksums.send(attributes, algorithm, specs, ObjectHeaders.checksumHeader(algorithm));
    }
  }

  @Override
  protected void ended() {
    if (spooled != null) {
      spooled.close();
    }
  }

  @Override
  protected final @Nullable CoveredHeaders covered() {
    return covered;
  }

  @Override
  protected final @Nullable PlannedBody plannedBody() {
    return sealed == null ? null : new PlannedBody(sealed.body(), sealed.sealing().storedBytes());
  }

  @Override
  protected final boolean sentAnotherBody() {
    SealedAsyncBody body = sealed == null ? null : sealed.asyncBody();
    return body != null && !body.wasSubscribed();
  }
}
