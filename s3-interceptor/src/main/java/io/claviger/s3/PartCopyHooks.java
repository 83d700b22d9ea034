package io.claviger.s3;

import io.claviger.format.UploadId;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.ChecksumSpecs;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * The hooks of UploadPartCopy: the store cannot copy a part of one object into another, since each
 * has its own key. So it is sent as UploadPart, with the opened source as its body, and answered as
 * a copy. Works for asynchronous clients too.
 */
final class PartCopyHooks extends OperationHooks {
  private final Settings settings;
  private final UploadPartHandler parts;
  private final SubRequests subRequests;

  PartCopyHooks(Settings settings, UploadPartHandler parts, SubRequests subRequests) {
    this.settings = settings;
    this.parts = parts;
    this.subRequests = subRequests;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    UploadPartCopyRequest copy = (UploadPartCopyRequest) context.request();
    if (!settings.covers(settings.reader().bound(call.asked()).bucket())) {
      throw PartCopy.leavingUs(call);
    }
    settings.bound(call.asked());
    UploadPartHandler.requireNumber(call, copy.partNumber());
    Uploads.sealedId(call, copy.uploadId());
  }

  /** Asks for the source and obtains the upload's key. */
  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    UploadPartCopyRequest copy = (UploadPartCopyRequest) request;
    UploadId id = Uploads.sealedId(call, copy.uploadId());
    call.uploadId = id;
    PartCopy source =
        PartCopy.of(call, copy, subRequests.client(attributes), subRequests.opening(copy));
    CustomerKeys.Given customer =
        settings.options().sseParameters().honoured()
            ? CustomerKeys.of(copy, CustomerKeys.OF_REQUEST, call.where())
            : null;
    SealingHooks.Sealing sealing =
        parts.sealing(call, copy.partNumber(), source.plainBytes(), customer);
    source.sealWith(sealing.sealer());
    call.partCopy = source;
    call.copyAnswer = sealing.sse();
    return copy.toBuilder().uploadId(id.storeId()).build();
  }

  private static PartCopy source(Call call) {
    return Objects.requireNonNull(call.partCopy, "plan comes first");
  }

  @Override
  Optional<RequestBody> body(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    PartCopy source = source(call);
    return Optional.of(
        RequestBody.fromContentProvider(
            source.body(), source.storedBytes(), CopyAsUpload.CONTENT_TYPE));
  }

  @Override
  Optional<AsyncRequestBody> asyncBody(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    PartCopy source = source(call);
    CopiedBody body = new CopiedBody(source.body(), source.storedBytes());
    call.copiedBody = body;
    return Optional.of(body);
  }

  @Override
  void attempt(Call call) {
    if (call.copiedBody != null) {
      call.copiedBody.signed();
    }
  }

  @Override
  SdkHttpRequest rewrite(Call call, SdkHttpRequest request, ExecutionAttributes attributes) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings.options().sseParameters());
    source(call).rewrite(out);
    sumWith(Objects.requireNonNull(call.uploadId).checksumAlgorithm(), attributes);
    return out.build();
  }

  /** Lets the SDK send a sum in the upload's algorithm, without which some stores take no part. */
  private static void sumWith(String name, ExecutionAttributes attributes) {
    ChecksumAlgorithm algorithm = DefaultChecksumAlgorithm.fromValue(name);
    if (algorithm != null) {
      attributes.putAttribute(
          SdkExecutionAttribute.RESOLVED_CHECKSUM_SPECS,
          ChecksumSpecs.builder()
              .algorithmV2(algorithm)
              .headerName(ObjectHeaders.checksumHeader(algorithm.algorithmId()))
              .build());
    }
  }

  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    UploadPartHandler.noteStored(call, response);
    SdkHttpResponse.Builder out = response.toBuilder();
    SseAnswer sse = Objects.requireNonNull(call.copyAnswer, "plan comes first");
    SseHeaders.answer(out, sse, settings.options().sseParameters());
    byte[] xml = PartCopy.answerBody(response);
    source(call).body().close(call);
    source(call).answer(out, xml.length);
    call.body = BodyPlan.instead(xml);
    return out.build();
  }

  @Override
  void failed(Call call) {
    if (call.partCopy != null) {
      call.partCopy.body().close(call);
    }
    parts.failed(call);
  }
}
