package io.claviger.s3.internal.multipart;

import io.claviger.format.Layout;
import io.claviger.format.UploadId;
import io.claviger.object.FormatException;
import io.claviger.s3.internal.call.Exchange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * ListParts: parts have plaintext sizes, as hints, and the closing part is not shown. Works with
 * sealed and bare upload ids and needs no key.
 *
 * <p>The checksums of parts stay those of the sealed bytes: a caller that continues an upload from
 * this listing needs them for CompleteMultipartUpload.
 */
public final class ListPartsExchange extends Exchange {
  /** The upload id as the caller gave it; the answer names it again. */
  private @Nullable String callersUploadId;

  public ListPartsExchange(Beginning begun) {
    super(begun);
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    if (!(request instanceof ListPartsRequest list) || list.uploadId() == null) {
      return request;
    }
    callersUploadId = list.uploadId();
    return list.toBuilder().uploadId(UploadId.storeIdOf(list.uploadId())).build();
  }

  @Override
  protected SdkResponse result(SdkResponse response) {
    ListPartsResponse parts = (ListPartsResponse) response;
    ListPartsResponse.Builder out = parts.toBuilder().uploadId(callersUploadId);
    boolean sealed =
        callersUploadId != null && !UploadId.storeIdOf(callersUploadId).equals(callersUploadId);
    if (parts.hasParts() && (sealed || !settings().allowsPlaintext())) {
      out.parts(plaintext(parts.parts()));
    }
    return out.build();
  }

  private static List<Part> plaintext(List<Part> parts) {
    return parts.stream()
        .filter(p -> !isClosing(p))
        .map(p -> p.toBuilder().size(plainBytes(p.size())).build())
        .toList();
  }

  /** An empty part behind others: the closing part, or one that the caller need not list. */
  private static boolean isClosing(Part part) {
    return part.partNumber() > 1 && part.size() == Layout.MIN_STORED_BYTES;
  }

  private static long plainBytes(long storedBytes) {
    try {
      return Layout.plainBytes(storedBytes);
    } catch (FormatException e) {
      return storedBytes; // not sealed by Claviger; completing such an upload is refused
    }
  }
}
