package io.claviger.s3.internal.list;

import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.SubRequests;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

/** The hooks of listings of objects: plaintext sizes in the place of stored ones. */
public final class ListExchange extends Exchange {
  private final PlainSizeFinder sizes;
  private final SubRequests subRequests;

  /** What puts sizes into the answer, null for none. */
  private @Nullable SizedListing sizer;

  public ListExchange(Beginning begun, PlainSizeFinder sizes, SubRequests subRequests) {
    super(begun);
    this.sizes = sizes;
    this.subRequests = subRequests;
  }

  @Override
  protected SdkRequest plan(SdkRequest request) {
    sizer =
        switch (settings().options().listSizes()) {
          case OFF -> null;
          case ARITHMETIC -> SizedListing.withoutAsking(sizes, request);
          case EXACT ->
              async()
                  ? SizedListing.ahead(sizes, request, subRequests.client(attributes()))
                  : SizedListing.later(sizes, request, subRequests.client(attributes()));
        };
    return request;
  }

  @Override
  protected void read(SdkResponse response) {
    if (sizer != null) {
      sizer.read(response);
    }
  }

  @Override
  protected SdkResponse result(SdkResponse response) {
    return sizer == null ? response : sizer.sized(response);
  }
}
