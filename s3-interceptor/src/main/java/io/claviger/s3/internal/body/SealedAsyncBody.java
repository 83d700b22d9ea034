package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.internal.sdk.SdkMembers;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * The sealed body that an asynchronous client sends. Each subscription subscribes to the caller's
 * body once and gives the same bytes, or fails where the caller's body gives others.
 */
public final class SealedAsyncBody implements AsyncRequestBody {
  private final AsyncRequestBody plain;
  private final long storedBytes;
  private final Publisher<ByteBuffer> sealed;
  private volatile boolean subscribed;

  /**
   * @param sealing makes what seals one pass over {@code plain}; may not block
   */
  public SealedAsyncBody(
      String where, AsyncRequestBody plain, long storedBytes, Supplier<SegmentFeed> sealing) {
    this.plain = plain;
    this.storedBytes = storedBytes;
    this.sealed = new SegmentPublisher(where, plain, sealing, null);
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(storedBytes);
  }

  @Override
  public String contentType() {
    return plain.contentType();
  }

  @SuppressWarnings("MissingOverride") // older SDKs do not declare it
  public String body() {
    return SdkMembers.kind(plain);
  }

  /** Whether it was sent, or at least begun to be. */
  public boolean wasSubscribed() {
    return subscribed;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscribed = true;
    sealed.subscribe(subscriber);
  }
}
