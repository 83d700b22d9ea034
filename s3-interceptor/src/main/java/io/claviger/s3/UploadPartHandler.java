package io.claviger.s3;

import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.FormatException;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.format.UploadId;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Seals the body of UploadPart. All it needs is in the upload id, so parts come in any order, from
 * any process. Unwraps the upload's data key once for each call.
 */
final class UploadPartHandler extends SealingHooks {
  private final Uploads uploads;

  UploadPartHandler(Settings settings, Uploads uploads) {
    super(settings);
    this.uploads = uploads;
  }

  @Override
  void check(Call call, Context.BeforeExecution context) {
    super.check(call, context);
    UploadPartRequest part = (UploadPartRequest) context.request();
    settings.bound(call.asked());
    requireNumber(call, part.partNumber());
    Uploads.sealedId(call, part.uploadId());
  }

  static void requireNumber(Call call, @Nullable Integer number) {
    if (number == null || number < 1 || number > Preamble.MAX_PART_NUMBER) {
      throw S3Errors.invalidArgument(
          call.where(),
          "partNumber %s: 1 to %d are possible".formatted(number, Preamble.MAX_PART_NUMBER));
    }
  }

  /** The store gets its own id. */
  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    UploadPartRequest part = (UploadPartRequest) request;
    UploadId id = Uploads.sealedId(call, part.uploadId());
    call.uploadId = id;
    return part.toBuilder().uploadId(id.storeId()).build();
  }

  @Override
  Sealing sealing(Call call, SdkRequest request, long plainBytes, ExecutionAttributes attributes) {
    UploadPartRequest part = (UploadPartRequest) request;
    CustomerKeys.Given customer =
        settings.options().sseParameters().honoured()
            ? CustomerKeys.of(part, CustomerKeys.OF_REQUEST, call.where())
            : null;
    return sealing(call, part.partNumber(), plainBytes, customer);
  }

  /** Begins part {@code number}, of {@code plainBytes} bytes, of the upload of {@code call}. */
  Sealing sealing(Call call, int number, long plainBytes, CustomerKeys.@Nullable Given customer) {
    UploadId id = Objects.requireNonNull(call.uploadId, "plan comes first");
    requireFits(call, number, plainBytes);
    UploadSealer sealer = uploads.sealer(call, id, customer);
    Uploads.Upload upload = uploads.of(call, id);
    try {
      long offset = upload.lengths().begin(call.where(), number, plainBytes);
      call.part = new Call.StartedPart(upload.lengths(), number);
      ObjectSealer sealed = sealer.part(number, plainBytes, offset);
      return new Sealing(sealed, SseAnswer.of(id, customer));
    } finally {
      if (sealer.sse().equals(SealRequest.CUSTOMER)) {
        upload.keep(sealer);
      } else {
        sealer.close();
      }
    }
  }

  private static void requireFits(Call call, int number, long plainBytes) {
    try {
      Layout.storedBytes(plainBytes);
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST, call.where(), "part %d: %s".formatted(number, e.getMessage()));
    }
  }

  /** Tells what the object is sealed with; sums stay, since CompleteMultipartUpload lists them. */
  @Override
  SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      @Nullable InputStream body,
      ExecutionAttributes attributes) {
    noteStored(call, response);
    SdkHttpResponse.Builder out = response.toBuilder();
    Call.SealedPut put = Objects.requireNonNull(call.put, "body comes first");
    SseHeaders.answer(out, put.sse(), settings.options().sseParameters());
    return out.build();
  }

  /** Notes that the store took the part of {@code call}. */
  static void noteStored(Call call, SdkHttpResponse response) {
    Call.StartedPart part = Objects.requireNonNull(call.part, "sealing comes first");
    String eTag = response.firstMatchingHeader(ObjectHeaders.ETAG).orElse("");
    part.lengths().stored(part.number(), eTag);
  }

  @Override
  void failed(Call call) {
    Call.StartedPart part = call.part;
    if (part != null) {
      part.lengths().failed(part.number());
    }
  }
}
