package io.claviger.s3.internal.write;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.body.SentMd5;
import io.claviger.s3.internal.call.DirectoryMarker;
import io.claviger.s3.internal.call.SseRequest;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * PutObject: its headers, conditions and answer; the body is sealed as every other ({@link
 * SealingExchange}). Calls the key management service once for each call.
 */
public final class PutExchange extends SealingExchange {
  private final EncryptionService encryption;

  /** Where the SDK has no checksum that the store compares. */
  private final SentMd5 md5 = new SentMd5();

  private @Nullable String damage;

  public PutExchange(Beginning begun, EncryptionService encryption) {
    super(begun);
    this.encryption = encryption;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    super.check(context);
    PutObjectRequest put = (PutObjectRequest) context.request();
    if (RequestFields.text(put, "WriteOffsetBytes") != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where(),
          "PutObject with writeOffsetBytes appends to a sealed object, which would no longer open. Put the whole object");
    }
    UserMetadata.requireCallersOwn(where(), put.metadata());
    settings().bound(asked());
  }

  /** Obtains a data key. */
  @Override
  protected Sealing sealing(SdkRequest request, long plainBytes) {
    PutObjectRequest put = (PutObjectRequest) request;
    SseRequest sse = SseRequest.of(put, where(), settings(), attributes());
    if (DirectoryMarker.is(settings(), asked(), plainBytes)) {
      return new Sealing(null, sse.answer());
    }
    ObjectName name = settings().bound(asked());
    ObjectSealer sealer =
        CallerExceptions.writing(
            where(), () -> encryption.sealObject(sse.seal(name, settings()), plainBytes));
    UserMetadata.requireFits(where(), put.metadata(), sealer.envelope());
    return new Sealing(sealer, sse.answer());
  }

  @Override
  protected boolean comparesOnlyMd5() {
    return comparesMd5();
  }

  @Override
  protected ContentStreamProvider sent(ContentStreamProvider sealed) {
    return comparesMd5() ? md5.of(sealed) : sealed;
  }

  @Override
  protected Supplier<SegmentFeed> sent(Supplier<SegmentFeed> sealed) {
    return comparesMd5() ? md5.of(sealed) : sealed;
  }

  /** Hides the checksums of stored bytes and reports what the object was sealed with. */
  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    damage = md5.difference(response);
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStored(out);
    SseHeaders.answer(out, sealing().sse(), settings().options().sseParameters());
    return out.build();
  }

  /** Lets the SDK send again what did not arrive as it was sent. */
  @Override
  protected void read(SdkResponse response) {
    if (damage != null) {
      throw RetryableException.create(
          "%s: by its ETag the object was not stored as it was sent: %s. It is stored, and would not open; put it again"
              .formatted(where(), damage));
    }
  }
}
