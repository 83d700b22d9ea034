package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.SealRequest;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.UploadId;
import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.S3Operations.Action;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.S3Client;

/** Threads and kept uploads are bounded, however much is asked for at once. */
class BoundedPoolsTest {
  private static final int LISTED = 1_000;

  private static int threadsNamed(String name) {
    return (int)
        Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(name)).count();
  }

  private static byte[] listing() {
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    for (int i = 0; i < LISTED; i++) {
      xml.append(
          "<Contents><Key>k%d</Key><ETag>\"e\"</ETag><Size>%d</Size></Contents>"
              .formatted(i, 5_242_880));
    }
    return xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aPageOfAThousandObjectsTakesAFewThreads() {
    AtomicInteger most = new AtomicInteger();
    try (PartStore store = new PartStore()) {
      SealedParts one = SealedParts.single("b", "k", Shape.bytes(1));
      for (int i = 0; i < LISTED; i++) {
        store.put("b/k" + i, Stored.whole(one.body(), one.metadata(), "e"));
      }
      byte[] page = listing();
      store.lie =
          answer -> answer.status() == 404 ? new Answer(200, new TreeMap<>(), page) : answer;
      AtomicInteger asked = new AtomicInteger();
      store.before =
          seen -> {
            if (asked.getAndIncrement() % 20 == 0) {
              most.accumulateAndGet(threadsNamed("claviger-s3-list"), Math::max);
            }
          };
      try (S3Client s3 =
          Clients.with(
              store.endpoint(), TestKeys.interceptor().httpClient(Clients.apache()).build())) {
        assertThat(s3.listObjectsV2(b -> b.bucket("b")).contents()).hasSize(LISTED);
      }
      assertThat(store.count("HEAD")).isEqualTo(LISTED);
    }
    assertThat(most).hasValueBetween(1, PlainSizes.AT_ONCE);
  }

  /** Asks for nothing until told to. */
  private static final class Waiting implements Subscriber<ByteBuffer> {
    private final CompletableFuture<Integer> bytes = new CompletableFuture<>();
    private final AtomicInteger got = new AtomicInteger();
    private volatile Subscription subscription;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ByteBuffer piece) {
      got.addAndGet(piece.remaining());
    }

    @Override
    public void onError(Throwable failure) {
      bytes.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      bytes.complete(got.get());
    }
  }

  @Test
  void bodiesThatNobodyReadsHoldNoThread() throws Exception {
    byte[] content = Shape.bytes(200_000);
    List<Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < 4 * StreamBody.MOST_THREADS; i++) {
      Waiting one = new Waiting();
      new StreamBody(() -> new ByteArrayInputStream(content), content.length).subscribe(one);
      one.subscription.request(1);
      waiting.add(one);
    }
    AtomicInteger read = new AtomicInteger();
    SdkPublisher.adapt(new StreamBody(() -> new ByteArrayInputStream(content), content.length))
        .subscribe(piece -> read.addAndGet(piece.remaining()))
        .get(2, TimeUnit.MINUTES);
    assertThat(read).hasValue(content.length);
    assertThat(threadsNamed("claviger-s3-copy")).isLessThanOrEqualTo(StreamBody.MOST_THREADS);
    for (Waiting one : waiting) {
      one.subscription.request(Long.MAX_VALUE);
      assertThat(one.bytes.get(2, TimeUnit.MINUTES)).isEqualTo(content.length);
    }
  }

  @Test
  void aBodyEndsWithItsStream() {
    for (int there : new int[] {99, 101}) {
      StreamBody body = new StreamBody(() -> new ByteArrayInputStream(new byte[there]), 100);
      CompletableFuture<Void> end = SdkPublisher.adapt(body).subscribe(piece -> {});
      assertThatThrownBy(() -> end.get(2, TimeUnit.MINUTES)).hasMessageContaining("announced");
    }
  }

  @Test
  void aCancelledBodyClosesItsStream() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    InputStream stream =
        new ByteArrayInputStream(new byte[100]) {
          @Override
          public void close() {
            closed.countDown();
          }
        };
    Waiting one = new Waiting();
    new StreamBody(() -> stream, 100).subscribe(one);
    one.subscription.cancel();
    assertThat(closed.await(2, TimeUnit.MINUTES)).isTrue();
    assertThat(one.bytes).isNotDone();
  }

  @Test
  void headersThatAreReadTogetherTakeABoundedNumberOfThreads() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Runnable work =
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          done.incrementAndGet();
        };
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 3 * Together.MOST_THREADS; i++) {
      Thread caller = new Thread(() -> Together.run(List.of(work, work)));
      caller.start();
      callers.add(caller);
    }
    while (threadsNamed("claviger-s3-layout") < Together.MOST_THREADS) {
      Thread.onSpinWait();
    }
    go.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(done).hasValue(6 * Together.MOST_THREADS);
    assertThat(threadsNamed("claviger-s3-layout")).isLessThanOrEqualTo(Together.MOST_THREADS);
  }

  @Test
  void anUploadThatIsForgottenForTooManyOthersWipesItsKey() {
    EncryptionService encryption = new EncryptionService(TestKeys.provider());
    Settings settings = TestKeys.interceptor().build().settings();
    Uploads uploads = new Uploads(settings, encryption);
    ObjectName name = new ObjectName("b", "k");
    Call call = new Call(null, null, settings, "UploadPart", Action.UPLOAD, name, false);
    Map<String, String> envelope = encryption.beginUpload(SealRequest.of(name)).fields();
    UploadId id = UploadId.of("first", envelope, "");
    UploadSealer key = encryption.openUpload(name, id.envelope(), ReaderPolicy.DEFAULT, null);
    Uploads.Upload first = uploads.of(call, id);
    first.keep(key);
    for (int i = 0; i < Uploads.MAX_UPLOADS - 1; i++) {
      uploads.of(call, UploadId.of("id" + i, envelope, ""));
    }
    assertThat(first.kept()).isSameAs(key);
    uploads.of(call, UploadId.of("one more", envelope, ""));
    assertThat(first.kept()).isNull();
    assertThatThrownBy(() -> key.part(1, 5, 0)).isInstanceOf(IllegalStateException.class);
  }
}
