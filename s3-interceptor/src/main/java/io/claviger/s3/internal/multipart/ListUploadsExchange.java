package io.claviger.s3.internal.multipart;

import io.claviger.format.UploadId;
import io.claviger.s3.internal.call.Exchange;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;

/** ListMultipartUploads, with the store's own upload ids. Needs no key. */
public final class ListUploadsExchange extends Exchange {
  public ListUploadsExchange(Beginning begun) {
    super(begun);
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    ListMultipartUploadsRequest uploads = (ListMultipartUploadsRequest) request;
    String marker = uploads.uploadIdMarker();
    return marker == null
        ? uploads
        : uploads.toBuilder().uploadIdMarker(UploadId.storeIdOf(marker)).build();
  }

  @Override
  protected SdkResponse result(SdkResponse response) {
    return bare((ListMultipartUploadsResponse) response);
  }

  /**
   * What follows the mark of an upload id is kept by the caller. A store that puts it into a
   * listing made it up, so that parts be sealed under a key of its choice.
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
