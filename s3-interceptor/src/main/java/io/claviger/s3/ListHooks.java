package io.claviger.s3;

import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** The hooks of listings of objects: plaintext sizes in the place of stored ones. */
final class ListHooks extends OperationHooks {
  private final Settings settings;
  private final PlainSizes sizes;
  private final SubRequests subRequests;

  ListHooks(Settings settings, PlainSizes sizes, SubRequests subRequests) {
    this.settings = settings;
    this.sizes = sizes;
    this.subRequests = subRequests;
  }

  @Override
  SdkRequest plan(Call call, SdkRequest request, ExecutionAttributes attributes) {
    call.sizes =
        switch (settings.options().listSizes()) {
          case OFF -> null;
          case ARITHMETIC -> ListSizer.withoutAsking(sizes, request);
          case EXACT ->
              attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.SYNC
                  ? ListSizer.later(sizes, request, subRequests.client(attributes))
                  : ListSizer.ahead(sizes, request, subRequests.client(attributes));
        };
    return request;
  }

  @Override
  void read(Call call, SdkResponse response) {
    if (call.sizes != null) {
      call.sizes.read(response);
    }
  }

  @Override
  SdkResponse result(Call call, SdkResponse response) {
    ListSizer sizer = call.sizes;
    return sizer == null ? response : sizer.sized(response);
  }
}
