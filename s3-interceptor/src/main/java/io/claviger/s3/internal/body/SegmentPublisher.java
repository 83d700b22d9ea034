package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.api.ClavigerS3Exception;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * The sealed or opened bytes of what another publisher gives: for each subscriber one subscription
 * there and one feed.
 *
 * <p>Errors from above pass as they are, so that the SDK repeats what it would repeat; what the
 * feed refuses becomes {@link ClavigerS3Exception}, which it does not.
 */
final class SegmentPublisher implements Publisher<ByteBuffer> {
  private final String where;
  private final Publisher<ByteBuffer> source;
  private final Supplier<SegmentFeed> opening;
  private final @Nullable Executor executor;

  /**
   * @param opening makes a feed for one subscriber; on {@code executor}, if there is one, and may
   *     then block
   */
  SegmentPublisher(
      String where,
      Publisher<ByteBuffer> source,
      Supplier<SegmentFeed> opening,
      @Nullable Executor executor) {
    this.where = where;
    this.source = source;
    this.opening = opening;
    this.executor = executor;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber"); // rule 1.9
    source.subscribe(new SegmentRelay(where, subscriber, opening, executor));
  }
}
