package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * How the caller's body is made from the store's.
 *
 * @param stream for synchronous clients
 * @param publisher for asynchronous clients
 */
public record BodyPlan(
    UnaryOperator<InputStream> stream, UnaryOperator<Publisher<ByteBuffer>> publisher) {
  /**
   * A body that is opened as it comes.
   *
   * @param feed makes what opens one; must not block, unless {@code executor} is given
   */
  public static BodyPlan opened(
      String where,
      UnaryOperator<InputStream> stream,
      Supplier<SegmentFeed> feed,
      @Nullable Executor executor) {
    return new BodyPlan(stream, stored -> new SegmentPublisher(where, stored, feed, executor));
  }

  /** Returns this plan over another stream than the store's, for synchronous clients. */
  public BodyPlan over(UnaryOperator<InputStream> below) {
    return new BodyPlan(stored -> stream.apply(below.apply(stored)), publisher);
  }

  /** A few bytes in the place of the store's, which are dropped: see {@link SyncBody}. */
  public static BodyPlan instead(byte[] body) {
    return new BodyPlan(
        stored -> {
          StoredBody.release(stored);
          return new ByteArrayInputStream(body);
        },
        stored ->
            subscriber ->
                stored.subscribe(
                    new Replaced(
                        SyncBody.MAX_DRAINED_BYTES,
                        () -> AsyncRequestBody.fromBytes(body).subscribe(subscriber))));
  }

  /**
   * The bytes of another stream in the place of the store's, which are dropped: before the other
   * one is opened, which may need their connection.
   *
   * @param bytes how many
   * @param fetched opens it, on a thread that may block
   */
  public static BodyPlan fetched(long bytes, Supplier<InputStream> fetched) {
    return new BodyPlan(
        stored -> {
          StoredBody.abort(stored);
          StoredBody.release(stored);
          return fetched.get();
        },
        stored ->
            subscriber ->
                stored.subscribe(
                    new Replaced(
                        0, () -> new AsyncBody(fetched::get, bytes).subscribe(subscriber))));
  }
}
