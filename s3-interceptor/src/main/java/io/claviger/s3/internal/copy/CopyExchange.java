package io.claviger.s3.internal.copy;

import io.claviger.format.CoveredHeaders;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/**
 * CopyObject. Of a sealed source the store copies the bytes as they are, and the envelope is
 * wrapped again for the copy's name and key: {@link CopyPlanner} plans that, in {@link #plan},
 * before the caller's request leaves, which is then conditional on what was planned. A plaintext
 * source is sealed: it is sent as an upload, whose answer is turned into that of a copy.
 */
public final class CopyExchange extends CopyAsUploadExchange {
  private final CopyPlanner copies;
  private @Nullable CopyPlan plan;

  private @Nullable CoveredHeaders covered;

  public CopyExchange(Beginning begun, CopyPlanner copies) {
    super(begun);
    this.copies = copies;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    copies.check(this, (CopyObjectRequest) context.request());
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    plan = copies.plan(this, (CopyObjectRequest) request);
    return plan.request();
  }

  private CopyPlan plan() {
    return Objects.requireNonNull(plan, "plan comes first");
  }

  @Override
  protected Optional<RequestBody> body(Context.ModifyHttpRequest context) {
    CopyAsUpload upload = plan().upload();
    return upload == null
        ? context.requestBody()
        : Optional.of(
            RequestBody.fromContentProvider(
                upload.body(), upload.storedBytes(), CopyAsUpload.CONTENT_TYPE));
  }

  @Override
  protected Optional<AsyncRequestBody> asyncBody(Context.ModifyHttpRequest context) {
    CopyAsUpload upload = plan().upload();
    if (upload == null) {
      return context.asyncRequestBody();
    }
    return Optional.of(send(upload.body(), upload.storedBytes()));
  }

  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings().options().sseParameters());
    CopyPlan sent = plan();
    if (sent.finished() != null) {
      FinishedCopy.rewrite(out);
      return out.build();
    }
    if (sent.ifMatch() != null) {
      out.putHeader(ObjectHeaders.IF_MATCH, sent.ifMatch());
    }
    PlannedCopy planned = sent.planned();
    if (planned != null && planned.expires() != null) {
      out.putHeader(ObjectHeaders.EXPIRES, planned.expires());
    }
    if (sent.upload() != null) {
      sent.upload().rewrite(out);
    }
    if (planned != null) {
      covered = Covered.planned(sent(), out.build(), attributes());
      UserMetadata.put(out, planned.envelopeFor(covered));
    }
    return out.build();
  }

  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    SdkHttpResponse.Builder out = response.toBuilder();
    FinishedCopy finished = plan().finished();
    if (finished != null) {
      byte[] xml = finished.answerBody();
      finished.answer(out, response, xml.length);
      attempt().open(BodyPlan.instead(xml));
    }
    ObjectHeaders.hideStored(out);
    SseAnswer sse = plan().sse();
    if (sse != null) {
      SseHeaders.answer(out, sse, settings().options().sseParameters());
    }
    CopyAsUpload upload = plan().upload();
    if (upload != null) {
      byte[] xml = CopyAsUpload.answerBody(response);
      upload.body().close(async());
      upload.answer(out, xml.length);
      attempt().open(BodyPlan.instead(xml));
    }
    return out.build();
  }

  @Override
  protected void failed() {
    CopyAsUpload upload = plan == null ? null : plan.upload();
    if (upload != null) {
      upload.body().close(async());
    }
  }

  /** Checksums in the answer to a copy are of the sealed bytes. */
  @Override
  protected SdkResponse result(SdkResponse response) {
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

  @Override
  protected @Nullable CoveredHeaders covered() {
    return covered;
  }

  @Override
  protected @Nullable PlannedBody plannedBody() {
    CopyAsUpload upload = plan().upload();
    return upload == null
        ? null
        : new PlannedBody(async() ? null : upload.body(), upload.storedBytes());
  }
}
