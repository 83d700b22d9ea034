package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.format.CoveredHeaders;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/**
 * The hooks of CopyObject. What needs the store happens in {@link #plan}; a plaintext source is
 * sent as an upload, whose answer is turned into that of a copy.
 */
final class CopyObjectHooks extends OperationHooks {
  private final Settings settings;
  private final CopyObjectHandler copies;

  CopyObjectHooks(Settings settings, EncryptionService encryption, SubRequests subRequests) {
    this.settings = settings;
    this.copies = new CopyObjectHandler(settings, encryption, subRequests);
  }

  CopyObjectHandler handler() {
    return copies;
  }

  /** Whether the source of a copy lies in a bucket of ours. */
  static boolean readsFromUs(Settings settings, SdkRequest copy) {
    return CopyObjectHandler.readsFromUs(settings, copy);
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    copies.check(call, (CopyObjectRequest) context.request());
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    return copies.plan(call, (CopyObjectRequest) request, attributes);
  }

  @Override
  Optional<RequestBody> body(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    CopyAsUpload upload = call.upload;
    return upload == null || call.async // the SDK asks for both kinds of body
        ? context.requestBody()
        : Optional.of(
            RequestBody.fromContentProvider(
                upload.body(), upload.storedBytes(), CopyAsUpload.CONTENT_TYPE));
  }

  @Override
  Optional<AsyncRequestBody> asyncBody(
      Call call, Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    CopyAsUpload upload = call.upload;
    if (upload == null || !call.async) {
      return context.asyncRequestBody();
    }
    CopiedBody body = new CopiedBody(upload.body(), upload.storedBytes());
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
    if (call.finishedCopy != null) {
      FinishedCopy.rewrite(out);
      return out.build();
    }
    if (call.copyIfMatch != null) {
      out.putHeader(ObjectHeaders.IF_MATCH, call.copyIfMatch);
    }
    if (call.copyExpires != null) {
      out.putHeader(ObjectHeaders.EXPIRES, call.copyExpires);
    }
    if (call.upload != null) {
      call.upload.rewrite(out);
    }
    if (call.copyEnvelope != null) {
      putEnvelope(call, call.copyEnvelope, out, attributes);
    }
    return out.build();
  }

  /** What the copy takes from a sealed source keeps its tags; a plaintext source has none. */
  private static void putEnvelope(
      Call call,
      EnvelopeDraft envelope,
      SdkHttpRequest.Builder out,
      ExecutionAttributes attributes) {
    CoveredHeaders headers = Covered.planned(call, out.build(), attributes);
    CoveredHeaders taken = call.upload == null ? call.copyHeaders : null;
    call.covered = headers;
    UserMetadata.put(
        out, taken == null ? envelope.complete(headers) : envelope.completeCopy(taken, headers));
  }

  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    SdkHttpResponse.Builder out = response.toBuilder();
    FinishedCopy finished = call.finishedCopy;
    if (finished != null) {
      byte[] xml = finished.answerBody();
      finished.answer(out, response, xml.length);
      call.body = BodyPlan.instead(xml);
    }
    ObjectHeaders.hideStored(out);
    SseAnswer sse = call.copyAnswer;
    if (sse != null) {
      SseHeaders.answer(out, sse, settings.options().sseParameters());
    }
    CopyAsUpload upload = call.upload;
    if (upload != null) {
      byte[] xml = CopyAsUpload.answerBody(response);
      upload.body().close(call);
      upload.answer(out, xml.length);
      call.body = BodyPlan.instead(xml);
    }
    return out.build();
  }

  @Override
  void failed(Call call) {
    if (call.upload != null) {
      call.upload.body().close(call);
    }
  }

  /** Sums in the answer to a copy are of the sealed bytes. */
  @Override
  SdkResponse result(Call call, SdkResponse response) {
    CopyObjectResponse copied = (CopyObjectResponse) response;
    if (copied.copyObjectResult() == null) {
      return copied;
    }
    return copied.toBuilder()
        .copyObjectResult(
            r ->
                r.eTag(copied.copyObjectResult().eTag())
                    .lastModified(copied.copyObjectResult().lastModified()))
        .build();
  }
}
