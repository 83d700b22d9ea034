package io.claviger.s3;

import static io.claviger.s3.Reads.part;
import static io.claviger.s3.Reads.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.body.SyncBody;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * Requests of the interceptor's own give their connection back, whatever becomes of the call: at
 * its end, after an error, when it is cancelled, when its stream is closed early. Each kind of call
 * is made more often than the pool has connections.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionsTest {
  private static final int ROUNDS = 3;
  private static final int LONG = 300_000;
  private static final int HUGE = 2_000_000;

  private final CountedConnections connections = new CountedConnections();
  private final PartStore store = new PartStore();

  @AfterAll
  void stop() {
    store.close();
    connections.close();
  }

  private ClavigerInterceptor interceptor(PlaintextObjects plaintext) {
    return TestKeys.interceptor().httpClient(connections).plaintextObjects(plaintext).build();
  }

  private void assertGivenBack(String call) throws InterruptedException {
    assertThat(connections.stillOpen()).as("connections held after %s", call).isZero();
  }

  static Stream<Arguments> overwritten() {
    return Arrays.stream(Downloads.values())
        .flatMap(
            kind ->
                Stream.of(Shape.SINGLE, Shape.MULTI)
                    .flatMap(
                        old ->
                            Arrays.stream(Shape.values())
                                .map(now -> Arguments.of(kind, old, now))));
  }

  /** Ranges and the whole, planned by what is remembered of another version. */
  @ParameterizedTest
  @MethodSource("overwritten")
  void readsOfOverwrittenObjects(Downloads kind, Shape old, Shape now) throws Exception {
    byte[] plain = Shape.bytes(LONG + 5);
    PlaintextObjects policy = now == Shape.PLAIN ? PlaintextObjects.ALLOW : PlaintextObjects.REJECT;
    GetObjectRequest whole = GetObjectRequest.builder().bucket("b").key("k").build();
    try (Downloads.Client client =
        kind.over(store.endpoint(), Clients.apache(), interceptor(policy))) {
      for (int round = 0; round < ROUNDS; round++) {
        for (String header : new String[] {"bytes=100000-250000", "bytes=-10", null}) {
          store.put("b/k", old.of(Shape.bytes(LONG), "old-" + round + header));
          client.get(range("k", "bytes=299990-"));
          assertGivenBack("the first range");
          store.put("b/k", now.of(plain, "now-" + round + header));
          Throwable failure =
              catchThrowable(() -> client.get(header == null ? whole : range("k", header)));
          if (failure != null) {
            assertThat(failure).hasMessageContaining("repeat the call");
          }
          assertGivenBack(header + " of the overwritten object");
        }
      }
    }
  }

  /** Of an object that ends elsewhere than was remembered; what is there is fetched again. */
  @ParameterizedTest
  @EnumSource(Reads.Kind.class)
  void readsThatAreRefused(Reads.Kind kind) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] plain = Shape.bytes(HUGE);
      Stored good = Shape.MULTI.of(plain, "good-" + round);
      byte[] damaged = good.bytes().clone();
      Arrays.fill(damaged, 900_000, damaged.length, (byte) 1);
      try (Reads reads =
          kind.over(store.endpoint(), Clients.apache(), interceptor(PlaintextObjects.REJECT))) {
        store.put("b/k", good);
        reads.get(range("k", "bytes=0-99"));
        assertGivenBack("a range");
        store.put("b/k", good.withBytes(damaged));
        assertThat(catchThrowable(() -> reads.get(range("k", "bytes=850000-1999999")))).isNotNull();
        assertGivenBack("a damaged range");
        assertThat(catchThrowable(() -> reads.get(part("k", 15)))).isNotNull();
        assertGivenBack("a damaged part");
        store.ignoresRanges = true;
        assertThat(catchThrowable(() -> reads.get(range("k", "bytes=-10")))).isNotNull();
        assertGivenBack("an ignored range");
      } finally {
        store.ignoresRanges = false;
      }
    }
  }

  /** What the next range is planned by. */
  private void overwriteBeforeARange(int round) {
    store.put("b/k", Shape.MULTI.of(Shape.bytes(HUGE), "long-" + round));
  }

  private void overwriteAfter(int round) {
    // planned for parts that begin elsewhere: nothing of the answer is of use
    store.put("b/k", Shape.SINGLE.of(Shape.bytes(HUGE + 9), "other-" + round));
  }

  @Test
  void aStreamThatIsClosedEarly() throws Exception {
    try (S3Client s3 = Clients.with(store.endpoint(), interceptor(PlaintextObjects.REJECT))) {
      for (int round = 0; round < 2 * ROUNDS; round++) {
        overwriteBeforeARange(round);
        s3.getObjectAsBytes(range("k", "bytes=1999000-"));
        overwriteAfter(round);
        ResponseInputStream<GetObjectResponse> in =
            s3.getObject(range("k", "bytes=1500000-1900000"));
        assertThat(in.read()).isNotNegative();
        if (round % 2 == 0) {
          in.close();
        } else {
          in.abort();
        }
        assertGivenBack("a stream that was closed early");
      }
    }
  }

  @Test
  void aPublisherThatIsCancelled() throws Exception {
    try (S3AsyncClient s3 = Clients.async(store.endpoint(), interceptor(PlaintextObjects.REJECT))) {
      for (int round = 0; round < ROUNDS; round++) {
        overwriteBeforeARange(round);
        s3.getObject(range("k", "bytes=1999000-"), AsyncResponseTransformer.toBytes()).join();
        overwriteAfter(round);
        First first = new First();
        s3.getObject(range("k", "bytes=1500000-1900000"), AsyncResponseTransformer.toPublisher())
            .join()
            .subscribe(first);
        first.came.join();
        first.subscription.join().cancel();
        assertGivenBack("a publisher that was cancelled");
      }
    }
  }

  private static final class First implements Subscriber<ByteBuffer> {
    final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    final CompletableFuture<ByteBuffer> came = new CompletableFuture<>();

    @Override
    public void onSubscribe(Subscription given) {
      subscription.complete(given);
      given.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      came.complete(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      came.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      came.completeExceptionally(new IllegalStateException("no bytes"));
    }
  }

  /** Copies of parts, whole and by range; of an upload that is there, and of one that is gone. */
  @ParameterizedTest
  @EnumSource(value = Reads.Kind.class, names = "ASYNC_ONCE", mode = EnumSource.Mode.EXCLUDE)
  void copiesOfParts(Reads.Kind kind) throws Exception {
    String bucket = MockStore.bucket();
    ClavigerInterceptor ours = interceptor(PlaintextObjects.REJECT);
    try (S3Client s3 = MockStore.with(ours);
        S3AsyncClient async = Clients.async(MockStore.endpoint(), ours)) {
      s3.putObject(b -> b.bucket(bucket).key("s"), RequestBody.fromBytes(Shape.bytes(HUGE)));
      Multipart upload = Multipart.create(s3, bucket, "k");
      for (int round = 0; round < 2 * ROUNDS; round++) {
        if (round == ROUNDS) {
          upload.abort();
        }
        int number = 0;
        for (String header : new String[] {"bytes=0-9", "bytes=70000-1900000", null}) {
          number++;
          UploadPartCopyRequest copy =
              UploadPartCopyRequest.builder()
                  .sourceBucket(bucket)
                  .sourceKey("s")
                  .destinationBucket(bucket)
                  .destinationKey("k")
                  .uploadId(upload.id)
                  .partNumber(number)
                  .copySourceRange(header)
                  .build();
          Throwable failure =
              catchThrowable(
                  () -> {
                    if (kind == Reads.Kind.SYNC) {
                      s3.uploadPartCopy(copy);
                    } else {
                      async.uploadPartCopy(copy).join();
                    }
                  });
          assertThat(failure == null).as("%s: %s", header, failure).isEqualTo(round < ROUNDS);
          assertGivenBack("a copy of a part");
        }
      }
    }
    assertThat(connections.opened()).isGreaterThan(2 * ROUNDS);
  }

  /** Copies of objects that are not sealed are read and sealed; one that is refused is not. */
  @ParameterizedTest
  @EnumSource(value = Reads.Kind.class, names = "ASYNC_ONCE", mode = EnumSource.Mode.EXCLUDE)
  void copiesOfPlaintextObjects(Reads.Kind kind) throws Exception {
    String bucket = MockStore.bucket();
    AtomicInteger copies = new AtomicInteger();
    ClavigerInterceptor ours = interceptor(PlaintextObjects.ALLOW);
    try (S3Client s3 = MockStore.with(ours);
        S3AsyncClient async = Clients.async(MockStore.endpoint(), ours)) {
      MockStore.PLAIN.putObject(
          b -> b.bucket(bucket).key("p"), RequestBody.fromBytes(Shape.bytes(HUGE)));
      for (String to : new String[] {bucket, "no-such-bucket"}) {
        for (int round = 0; round < ROUNDS; round++) {
          Throwable failure =
              catchThrowable(
                  () -> {
                    if (kind == Reads.Kind.SYNC) {
                      s3.copyObject(
                          b ->
                              b.sourceBucket(bucket)
                                  .sourceKey("p")
                                  .destinationBucket(to)
                                  .destinationKey("k"));
                    } else {
                      async
                          .copyObject(
                              b ->
                                  b.sourceBucket(bucket)
                                      .sourceKey("p")
                                      .destinationBucket(to)
                                      .destinationKey("k"))
                          .join();
                    }
                    copies.incrementAndGet();
                  });
          assertThat(failure == null).as("%s", failure).isEqualTo(to.equals(bucket));
          assertGivenBack("a copy of a plaintext object");
        }
      }
      assertThat(copies).hasValue(ROUNDS);
      assertThat(MockStore.get(s3, bucket, "k")).isEqualTo(Shape.bytes(HUGE));
    }
  }

  /** An answer that others are given in the place of is read on only as far as that is cheap. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 1_000})
  void aReplacedAnswerIsNotReadToItsEndWhereItIsLong(int pieces) {
    int pieceBytes = (int) SyncBody.MAX_DRAINED_BYTES / 8;
    AtomicInteger read = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    SdkPublisher<ByteBuffer> stored =
        SdkPublisher.fromIterable(
                Stream.generate(() -> ByteBuffer.allocate(pieceBytes)).limit(pieces).toList())
            .doAfterOnCancel(cancelled::incrementAndGet)
            .map(
                piece -> {
                  read.incrementAndGet();
                  return piece;
                });
    AtomicInteger given = new AtomicInteger();
    SdkPublisher.adapt(BodyPlan.instead(new byte[3]).publisher().apply(stored))
        .subscribe(bytes -> given.addAndGet(bytes.remaining()))
        .join();
    assertThat(given).hasValue(3);
    assertThat(read).hasValue(Math.min(pieces, 9));
    assertThat(cancelled).hasValue(pieces > 8 ? 1 : 0);
  }
}
