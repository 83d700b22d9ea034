package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.format.FormatException;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Seals the body of PutObject. Calls the key management service once for each call. */
final class PutObjectHandler extends SealingHooks {
  private final EncryptionService encryption;

  PutObjectHandler(Settings settings, EncryptionService encryption) {
    super(settings);
    this.encryption = encryption;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    super.check(call, context);
    PutObjectRequest put = (PutObjectRequest) context.request();
    if (put.writeOffsetBytes() != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "PutObject with writeOffsetBytes appends to a sealed object, which would no longer open. Put the whole object");
    }
    UserMetadata.requireCallersOwn(call.where(), put.metadata());
    settings.bound(call.asked());
  }

  /** Obtains a data key. */
  @Override
  Sealing sealing(Call call, SdkRequest request, long plainBytes, ExecutionAttributes attributes) {
    PutObjectRequest put = (PutObjectRequest) request;
    SseRequest sse = SseRequest.of(put, call.where(), settings, attributes);
    if (DirectoryMarkers.is(settings, call.asked(), plainBytes)) {
      return new Sealing(null, SseAnswer.of(sse));
    }
    ObjectSealer sealer = sealer(call, sse, plainBytes);
    UserMetadata.requireFits(call.where(), put.metadata(), sealer.envelope());
    return new Sealing(sealer, SseAnswer.of(sse));
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
    SseHeaders.answer(out, put.sse(), settings.options().sseParameters());
    return out.build();
  }
}
