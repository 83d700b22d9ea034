package io.claviger.s3.internal.copy;

import io.claviger.format.UploadId;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.multipart.StartedPart;
import io.claviger.s3.internal.multipart.Uploads;
import io.claviger.s3.internal.sdk.SdkChecksums;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.SseHeaders;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * The hooks of UploadPartCopy: the store cannot copy a part of one object into another, since each
 * has its own key. So it is sent as UploadPart, with the opened source as its body, and answered as
 * a copy. Works for asynchronous clients too.
 */
public final class PartCopyExchange extends CopyAsUploadExchange {
  private final Uploads uploads;
  private final SubRequests subRequests;
  private @Nullable UploadId uploadId;
  private @Nullable PartCopy source;
  private @Nullable StartedPart part;

  public PartCopyExchange(Beginning begun, Uploads uploads, SubRequests subRequests) {
    super(begun);
    this.uploads = uploads;
    this.subRequests = subRequests;
  }

  @Override
  protected void check(Context.BeforeExecution context) {
    UploadPartCopyRequest copy = (UploadPartCopyRequest) context.request();
    if (!settings().covers(asked())) {
      throw PartCopy.leavingUs(this);
    }
    settings().bound(asked());
    StartedPart.requireNumber(where(), copy.partNumber());
    Uploads.sealedId(this, copy.uploadId());
  }

  /** Asks for the source and obtains the upload's key. */
  @Override
  protected SdkRequest plan(SdkRequest request) {
    UploadPartCopyRequest copy = (UploadPartCopyRequest) request;
    UploadId id = Uploads.sealedId(this, copy.uploadId());
    uploadId = id;
    source = PartCopy.of(this, copy, subRequests.client(attributes()), subRequests.opening(copy));
    part =
        StartedPart.begin(
            uploads,
            asked(),
            id,
            copy.partNumber(),
            source.plainBytes(),
            CustomerKeys.honoured(settings(), copy, where()));
    source.sealWith(part.sealing().sealer());
    return copy.toBuilder().uploadId(id.storeId()).build();
  }

  private PartCopy source() {
    return Objects.requireNonNull(source, "plan comes first");
  }

  private StartedPart part() {
    return Objects.requireNonNull(part, "plan comes first");
  }

  @Override
  protected Optional<RequestBody> body(Context.ModifyHttpRequest context) {
    PartCopy copied = source();
    return Optional.of(
        RequestBody.fromContentProvider(
            copied.body(), copied.storedBytes(), CopyAsUpload.CONTENT_TYPE));
  }

  @Override
  protected Optional<AsyncRequestBody> asyncBody(Context.ModifyHttpRequest context) {
    PartCopy copied = source();
    return Optional.of(send(copied.body(), copied.storedBytes()));
  }

  @Override
  protected SdkHttpRequest rewrite(SdkHttpRequest request) {
    SdkHttpRequest.Builder out = request.toBuilder();
    SseHeaders.remove(out, settings().options().sseParameters());
    source().rewrite(out);
    checksumWith(Objects.requireNonNull(uploadId).checksumAlgorithm(), attributes());
    return out.build();
  }

  /**
   * Lets the SDK send a checksum in the upload's algorithm, without which some stores take no part.
   */
  private static void checksumWith(String name, ExecutionAttributes attributes) {
    SdkChecksums.send(attributes, name, null, ObjectHeaders.checksumHeader(name));
  }

  @Override
  protected SdkHttpResponse answer(SdkHttpResponse response, @Nullable InputStream body) {
    part().stored(response);
    SdkHttpResponse.Builder out = response.toBuilder();
    SseHeaders.answer(out, part().sealing().sse(), settings().options().sseParameters());
    byte[] xml = PartCopy.answerBody(response);
    source().body().close(async());
    source().answer(out, xml.length);
    attempt().open(BodyPlan.instead(xml));
    return out.build();
  }

  @Override
  protected void failed() {
    if (source != null) {
      source.body().close(async());
    }
    if (part != null) {
      part.failed();
    }
  }

  @Override
  protected PlannedBody plannedBody() {
    return new PlannedBody(async() ? null : source().body(), source().storedBytes());
  }
}
