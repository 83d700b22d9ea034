package io.claviger.s3.internal.body;

import io.claviger.encryption.SegmentFeed;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * One subscription of a {@link SegmentPublisher}: takes buffers of any sizes from above, gives
 * pieces of at most a segment below, one terminal signal, by the rules of Reactive Streams.
 *
 * <p>Asks above for one buffer at a time, and only while something is asked for below: besides that
 * buffer at most the feed's segment and one finished piece are held. May be cancelled from any
 * thread. Works on the threads that call it and never blocks; the feed is made on the executor,
 * where there is one.
 */
final class SegmentRelay implements Subscriber<ByteBuffer>, Subscription {
  private final String where;
  private final Subscriber<? super ByteBuffer> below;
  private final Supplier<SegmentFeed> opening;
  private final @Nullable Executor executor;

  private final AtomicLong asked = new AtomicLong();

  /** Set by callers, read by the worker. */
  private volatile @Nullable Subscription above;

  private volatile @Nullable SegmentFeed opened;
  private volatile @Nullable ByteBuffer arrived;
  private volatile @Nullable Throwable failure;
  private volatile boolean ended;

  /** Whether a terminal signal came from above: then nothing is said there any more, rule 2.3. */
  private volatile boolean aboveOver;

  private volatile boolean cancelled;

  /**
   * Calls not yet answered by {@link #work}. The thread that raises it from 0 is the worker until
   * it is 0 again: all fields below belong to the worker.
   */
  private final AtomicInteger calls = new AtomicInteger();

  private @Nullable ByteBuffer ready;
  private boolean askedAbove;
  private boolean over;

  SegmentRelay(
      String where,
      Subscriber<? super ByteBuffer> below,
      Supplier<SegmentFeed> opening,
      @Nullable Executor executor) {
    this.where = where;
    this.below = below;
    this.opening = opening;
    this.executor = executor;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    Objects.requireNonNull(subscription, "subscription"); // rule 2.13
    if (above != null) {
      subscription.cancel(); // rule 2.5
      return;
    }
    above = subscription;
    below.onSubscribe(this);
    if (executor == null) {
      open();
      return;
    }
    try {
      executor.execute(this::open);
    } catch (RejectedExecutionException e) {
      fail(e);
    }
  }

  private void open() {
    if (!cancelled) {
      try {
        opened = opening.get();
      } catch (RuntimeException | Error e) {
        failure = refusal(e);
      }
    }
    work();
  }

  @Override
  public void onNext(ByteBuffer bytes) {
    Objects.requireNonNull(bytes, "bytes"); // rule 2.13
    if (arrived != null) {
      fail(new IllegalStateException("more buffers came than were asked for"));
      return;
    }
    arrived = bytes;
    work();
  }

  @Override
  public void onError(Throwable e) {
    Objects.requireNonNull(e, "e"); // rule 2.13
    aboveOver = true;
    fail(e);
  }

  private void fail(Throwable e) {
    failure = e;
    work();
  }

  @Override
  public void onComplete() {
    aboveOver = true;
    ended = true;
    work();
  }

  @Override
  public void request(long count) {
    if (count <= 0) {
      fail(new IllegalArgumentException("rule 3.9: request(" + count + "), must be positive"));
      return;
    }
    asked.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    work();
  }

  @Override
  public void cancel() {
    cancelled = true;
    work();
  }

  /** Goes as far as possible; one thread at a time, others add their call and return. */
  private void work() {
    if (calls.getAndIncrement() != 0) {
      return;
    }
    int answered = 1;
    do {
      boolean whole = false;
      try {
        while (step()) {}
        whole = true;
      } finally {
        if (!whole) { // the subscriber threw, against rule 2.13: it takes nothing any more
          stop();
          calls.set(0);
        }
      }
      answered = calls.addAndGet(-answered);
    } while (answered != 0);
  }

  /** Returns whether there may be more to do. */
  private boolean step() {
    if (over) {
      arrived = null;
      release();
      return false;
    }
    if (cancelled) {
      stop();
      return false;
    }
    Throwable failed = failure;
    if (failed != null) {
      over = true;
      try {
        below.onError(failed); // before cancelling: what that brings about must not come first
      } finally {
        stop();
      }
      return false;
    }
    SegmentFeed feed = opened;
    if (feed == null) {
      return false;
    }
    return ready == null ? prepare(feed) : give();
  }

  /** Makes the next piece ready, or asks above for what it needs. */
  private boolean prepare(SegmentFeed feed) {
    boolean last = ended; // before arrived: the end comes after the last buffer
    ByteBuffer input = arrived;
    if (!last && asked.get() == 0) {
      return false;
    }
    if (input != null && input.hasRemaining() && feed.complete()) { // behind the announced length
      stop();
      below.onComplete();
      return false;
    }
    try {
      ready = last && input == null ? feed.end() : feed.feed(input == null ? nothing() : input);
    } catch (RuntimeException | Error e) {
      failure = refusal(e);
      return true;
    }
    if (ready != null) {
      return true;
    }
    if (input != null) {
      arrived = null;
      askedAbove = false;
    } else if (last) {
      stop();
      below.onComplete();
      return false;
    }
    if (last) {
      return true;
    }
    if (!askedAbove) {
      askedAbove = true;
      Objects.requireNonNull(above, "above").request(1);
      return true;
    }
    return false;
  }

  private boolean give() {
    ByteBuffer piece = ready;
    if (piece == null || asked.get() == 0) {
      return false;
    }
    ready = null;
    if (piece.hasRemaining()) {
      asked.accumulateAndGet(1, (a, b) -> a == Long.MAX_VALUE ? a : a - b);
      below.onNext(piece);
    }
    return true;
  }

  /** Ends it all: nothing is asked for above, nothing is held. */
  private void stop() {
    over = true;
    ready = null;
    arrived = null;
    Subscription upper = above;
    if (upper != null && !aboveOver) {
      upper.cancel();
    }
    release();
  }

  private void release() {
    SegmentFeed feed = opened;
    if (feed != null) {
      opened = null;
      feed.release();
    }
  }

  private Throwable refusal(Throwable e) {
    return e instanceof RuntimeException refused
        ? CallerExceptions.whileReading(where, refused)
        : e;
  }

  private static ByteBuffer nothing() {
    return ByteBuffer.allocate(0);
  }
}
