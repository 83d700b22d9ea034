package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.format.FormatException;
import io.claviger.format.UploadId;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;

/**
 * The hooks of CreateMultipartUpload: draws the upload's data key, sends the envelope, and puts
 * what other processes need into the upload id. Calls the key management service once.
 */
final class CreateUploadHooks extends OperationHooks {
  private final Settings settings;
  private final EncryptionService encryption;

  CreateUploadHooks(Settings settings, EncryptionService encryption) {
    this.settings = settings;
    this.encryption = encryption;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    CreateMultipartUploadRequest create = (CreateMultipartUploadRequest) context.request();
    UserMetadata.requireCallersOwn(call.where(), create.metadata());
    settings.bound(call.asked());
    if (create.checksumType() == ChecksumType.FULL_OBJECT) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "checksumType FULL_OBJECT: the store would compare a sum of the plaintext with sealed bytes, and the parts may be sealed by several processes. Leave checksumType out and give a checksum with each part: it is checked while sealing");
    }
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    CreateMultipartUploadRequest create = (CreateMultipartUploadRequest) request;
    SseRequest sse = SseRequest.of(create, call.where(), settings, attributes);
    try {
      EnvelopeDraft envelope =
          encryption.beginUpload(sse.seal(settings.bound(call.asked()), settings));
      UserMetadata.requireFits(call.where(), create.metadata(), envelope.fields());
      call.newUpload = new Call.NewUpload(envelope, SseAnswer.of(sse), "");
      return create;
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(call.where(), e, Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw KeyFailures.whileWriting(call.where(), e);
    }
  }

  private static Call.NewUpload planned(Call call) {
    return Objects.requireNonNull(call.newUpload, "plan comes first");
  }

  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings.options().sseParameters());
    Call.NewUpload upload = planned(call);
    call.covered = Covered.planned(call, request, attributes);
    UserMetadata.put(out, upload.envelope().complete(call.covered));
    String algorithm = request.firstMatchingHeader(ObjectHeaders.CHECKSUM_ALGORITHM).orElse("");
    call.newUpload = new Call.NewUpload(upload.envelope(), upload.sse(), algorithm);
    return out.build();
  }

  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    SdkHttpResponse.Builder out = response.toBuilder();
    SseHeaders.answer(out, planned(call).sse(), settings.options().sseParameters());
    return out.build();
  }

  @Override
  SdkResponse result(Call call, SdkResponse response) {
    CreateMultipartUploadResponse created = (CreateMultipartUploadResponse) response;
    Call.NewUpload upload = planned(call);
    String algorithm =
        Objects.requireNonNullElse(created.checksumAlgorithmAsString(), upload.checksumAlgorithm());
    UploadId id =
        UploadId.of(
            Objects.requireNonNullElse(created.uploadId(), ""),
            upload.envelope().fields(),
            algorithm.toUpperCase(Locale.ROOT));
    return created.toBuilder().uploadId(id.text()).build();
  }
}
