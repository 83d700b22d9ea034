package io.claviger.s3.internal.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.SealRequest;
import io.claviger.encryption.SegmentFeed;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.TestKeys;
import io.claviger.s3.api.ClavigerS3Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;

/** The Reactive Streams TCK on what the interceptor gives to the SDK and takes from it. */
class SegmentPublisherTckTest {
  private static final int SEGMENT = 65_536;
  private static final int MOST_PIECES = 40;
  private static final ObjectName NAME = new ObjectName("b", "k");
  private static final EncryptionService SERVICE = new EncryptionService(TestKeys.provider());
  private static final Executor THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "tck-opening");
            thread.setDaemon(true);
            return thread;
          });

  private static ObjectSealer sealer(long plainBytes) {
    SealRequest request =
        new SealRequest(
            NAME, TestKeys.KEY, EncryptionContext.empty(), NameBinding.OBJECT, "AES256");
    return SERVICE.sealObject(request, plainBytes);
  }

  private static ObjectOpener opener(ObjectSealer sealer) {
    return SERVICE.openObject(NAME, sealer.envelope(), ReaderPolicy.DEFAULT, null);
  }

  private static byte[] stored(ObjectSealer sealer) {
    byte[] plain = new byte[(int) sealer.plainBytes()];
    try {
      return sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Publisher<ByteBuffer> over(
      byte[] above, int pieceBytes, Executor executor, Supplier<SegmentFeed> feed) {
    return new SegmentPublisher(
        NAME.toString(), new PiecesPublisher(above, pieceBytes), feed, executor);
  }

  /** Sealed bytes of so many segments. An object has at least one. */
  private static Publisher<ByteBuffer> sealing(int segments, Executor executor) {
    ObjectSealer sealer = sealer((long) segments * SEGMENT);
    return over(new byte[segments * SEGMENT], 10_000, executor, sealer::sealingFeed);
  }

  private static Publisher<ByteBuffer> opening(int segments, Executor executor) {
    ObjectSealer sealer = sealer((long) segments * SEGMENT);
    byte[] stored = stored(sealer);
    return over(
        stored,
        100_000,
        executor,
        () -> opener(sealer).wholeFeed(stored.length, sealer.plainBytes()));
  }

  /** A range from the middle of the first segment to the middle of the last. */
  private static Publisher<ByteBuffer> range(int segments, Executor executor) {
    if (segments == 0) {
      return over(new byte[0], 1, executor, () -> new CutFeed(0, 0, false));
    }
    ObjectSealer sealer = sealer((long) segments * SEGMENT);
    byte[] stored = stored(sealer);
    long last = segments * (long) SEGMENT - SEGMENT / 2;
    return over(
        stored, 65_568, executor, () -> opener(sealer).rangeFeed(stored.length, 98, 100, last));
  }

  /** Half a minute for what must come, on a busy machine too; 50 ms for what must not. */
  private static TestEnvironment patient() {
    return new TestEnvironment(30_000, 50, 50);
  }

  private interface Source {
    Publisher<ByteBuffer> of(int pieces, Executor executor);
  }

  /** TestNG's naming of the TCK asks for a public class. */
  public static final class Pieces extends PublisherVerification<ByteBuffer> {
    private final Source source;
    private final Executor executor;

    Pieces(Source source, Executor executor) {
      super(patient(), 1);
      this.source = source;
      this.executor = executor;
    }

    @Override
    public Publisher<ByteBuffer> createPublisher(long elements) {
      return source.of((int) elements, executor);
    }

    @Override
    public Publisher<ByteBuffer> createFailedPublisher() {
      return over(
          new byte[0],
          1,
          executor,
          () -> {
            throw ClavigerS3Exception.of(
                ClavigerS3Exception.Failure.KEYS, NAME.toString(), "no keys");
          });
    }

    /** As the TCK has it, which gives the garbage collector 100 ms; a busy machine needs more. */
    @Override
    @org.testng.annotations.Test
    public void
        required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws Throwable {
      Publisher<ByteBuffer> publisher = createPublisher(3);
      WeakReference<Subscriber<ByteBuffer>> dropped = cancelled(publisher);
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (dropped.get() != null && System.nanoTime() < deadline) {
        System.gc();
        Thread.yield();
      }
      assertThat(dropped.get()).as("the subscriber, after its cancellation").isNull();
      Reference.reachabilityFence(publisher);
    }

    private static WeakReference<Subscriber<ByteBuffer>> cancelled(Publisher<ByteBuffer> publisher)
        throws Exception {
      CountDownLatch cancelled = new CountDownLatch(1);
      Subscriber<ByteBuffer> subscriber = new CancelsAtTheFirst(cancelled);
      publisher.subscribe(subscriber);
      assertThat(cancelled.await(2, TimeUnit.MINUTES)).isTrue();
      return new WeakReference<>(subscriber);
    }

    @Override
    public long maxElementsFromPublisher() {
      return MOST_PIECES;
    }
  }

  private static final class CancelsAtTheFirst implements Subscriber<ByteBuffer> {
    private final CountDownLatch cancelled;
    private Subscription subscription;

    CancelsAtTheFirst(CountDownLatch cancelled) {
      this.cancelled = cancelled;
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      subscription.cancel();
      cancelled.countDown();
    }

    @Override
    public void onError(Throwable e) {}

    @Override
    public void onComplete() {}
  }

  /** The side that takes bytes. */
  public static final class Taking extends SubscriberBlackboxVerification<ByteBuffer> {
    Taking() {
      super(patient());
    }

    @Override
    public Subscriber<ByteBuffer> createSubscriber() {
      ObjectSealer sealer = sealer(1L << 30);
      return new SegmentRelay(NAME.toString(), new Everything(), sealer::sealingFeed, null);
    }

    @Override
    public ByteBuffer createElement(int element) {
      return ByteBuffer.wrap(new byte[element + 1]);
    }
  }

  private static final class Everything implements Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {}

    @Override
    public void onError(Throwable e) {}

    @Override
    public void onComplete() {}
  }

  /** Asks for more elements than an int counts; an object has at most 81,881 segments a part. */
  private static final Set<String> ENDLESS =
      Set.of("required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue");

  @TestFactory
  Stream<DynamicTest> opening() {
    return Tck.of(() -> new Pieces(SegmentPublisherTckTest::opening, null), ENDLESS);
  }

  @TestFactory
  Stream<DynamicTest> openingAfterTheKeyCameOnAnotherThread() {
    return Tck.of(() -> new Pieces(SegmentPublisherTckTest::opening, THREADS), ENDLESS);
  }

  @TestFactory
  Stream<DynamicTest> ranges() {
    return Tck.of(() -> new Pieces(SegmentPublisherTckTest::range, null), ENDLESS);
  }

  @TestFactory
  Stream<DynamicTest> sealing() {
    return Tck.of(() -> new Pieces(SegmentPublisherTckTest::sealing, null), ENDLESS);
  }

  @TestFactory
  Stream<DynamicTest> taking() {
    return Tck.of(Taking::new, ENDLESS);
  }
}
