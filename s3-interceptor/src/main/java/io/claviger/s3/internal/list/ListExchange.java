package io.claviger.s3.internal.list;

import io.claviger.s3.internal.body.WorkerThreads;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.SubRequests;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

/** The hooks of listings of objects: plaintext sizes in the place of stored ones. */
public final class ListExchange extends Exchange {
  private static final int MOST_PREPARING = 16;

  /** Each waits for the sizes of a page. */
  private static final Executor PREPARING = WorkerThreads.pool("claviger-s3-page", MOST_PREPARING);

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
          case OFF -> SizedListing.asStored(sizes, request);
          case ARITHMETIC -> SizedListing.withoutAsking(sizes, request);
          case EXACT ->
              async()
                  ? SizedListing.ahead(sizes, request, subRequests.client(attributes()))
                  : SizedListing.later(sizes, request, subRequests.client(attributes()));
        };
    return request;
  }

  /** Holds the body of an asynchronous client until the sizes of what it lists were found. */
  @Override
  protected Publisher<ByteBuffer> asyncAnswer(Publisher<ByteBuffer> body) {
    SizedListing preparing = sizer;
    return preparing == null || !preparing.isPrepared()
        ? body
        : new ListedBody(body, preparing::prepare, PREPARING);
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
