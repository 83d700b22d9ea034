package io.claviger.s3;

import io.claviger.format.FormatException;
import io.claviger.format.Layout;
import io.claviger.format.UploadId;
import java.util.List;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * The hooks of ListParts and ListMultipartUploads. Parts have plaintext sizes, as hints, and the
 * closing part is not shown; both work with sealed and bare upload ids and need no key.
 *
 * <p>The sums of parts stay those of the sealed bytes: who continues an upload from this listing
 * needs them for CompleteMultipartUpload.
 */
final class ListUploadsHooks extends OperationHooks {
  private final Settings settings;

  ListUploadsHooks(Settings settings) {
    this.settings = settings;
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    if (request instanceof ListMultipartUploadsRequest uploads) {
      String marker = uploads.uploadIdMarker();
      return marker == null
          ? uploads
          : uploads.toBuilder().uploadIdMarker(UploadId.storeIdOf(marker)).build();
    }
    if (!(request instanceof ListPartsRequest list) || list.uploadId() == null) {
      return request;
    }
    call.callersUploadId = list.uploadId();
    return list.toBuilder().uploadId(UploadId.storeIdOf(list.uploadId())).build();
  }

  @Override
  SdkResponse result(Call call, SdkResponse response) {
    if (response instanceof ListMultipartUploadsResponse uploads) {
      return bare(uploads);
    }
    ListPartsResponse parts = (ListPartsResponse) response;
    ListPartsResponse.Builder out = parts.toBuilder().uploadId(call.callersUploadId);
    boolean sealed =
        call.callersUploadId != null
            && !UploadId.storeIdOf(call.callersUploadId).equals(call.callersUploadId);
    if (parts.hasParts() && (sealed || !settings.allowsPlaintext())) {
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

  /** An empty part behind others: ours, or one that the caller need not list. */
  private static boolean isClosing(Part part) {
    return part.partNumber() > 1 && part.size() == Layout.MIN_STORED_BYTES;
  }

  private static long plainBytes(long storedBytes) {
    try {
      return Layout.plainBytes(storedBytes);
    } catch (FormatException e) {
      return storedBytes; // not sealed by us; completing such an upload is refused
    }
  }

  /**
   * What stands behind the mark of an upload id is the caller's to keep. A store that puts it into
   * a listing made it up, so that parts be sealed under a key of its choice.
   */
  private static ListMultipartUploadsResponse bare(ListMultipartUploadsResponse listing) {
    if (!listing.hasUploads()) {
      return listing;
    }
    return listing.toBuilder()
        .uploads(
            listing.uploads().stream()
                .map(u -> u.toBuilder().uploadId(storeIdOf(u.uploadId())).build())
                .toList())
        .build();
  }

  private static String storeIdOf(String id) {
    String bare = id;
    for (String shorter = UploadId.storeIdOf(bare);
        !shorter.equals(bare);
        shorter = UploadId.storeIdOf(bare)) {
      bare = shorter;
    }
    return bare;
  }
}
