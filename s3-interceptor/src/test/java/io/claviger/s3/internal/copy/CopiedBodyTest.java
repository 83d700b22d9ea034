package io.claviger.s3.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PutAndGetTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A body that is signed at once and sent on threads of its own, as signers of old SDKs need it. */
class CopiedBodyTest {
  private final AtomicInteger closed = new AtomicInteger();

  private CopiedBody body(byte[] bytes) {
    return new CopiedBody(
        () ->
            new ByteArrayInputStream(bytes) {
              @Override
              public void close() {
                closed.incrementAndGet();
              }
            },
        bytes.length);
  }

  /** Collects, and asks for {@code atOnce} pieces at a time. */
  private static final class Reader implements Subscriber<ByteBuffer> {
    final ByteArrayOutputStream got = new ByteArrayOutputStream();
    final List<Thread> threads = new ArrayList<>();
    final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final long atOnce;
    private Subscription subscription;

    Reader(long atOnce) {
      this.atOnce = atOnce;
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      given.request(atOnce);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      threads.add(Thread.currentThread());
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      got.writeBytes(bytes);
      subscription.request(atOnce);
    }

    @Override
    public void onError(Throwable error) {
      whole.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      whole.complete(got.toByteArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
  void whatIsSignedIsReadWithinSubscribe(int length) {
    byte[] bytes = PutAndGetTest.bytes(length);
    for (long atOnce : new long[] {1, 2, Long.MAX_VALUE}) {
      Reader signer = new Reader(atOnce);
      body(bytes).subscribe(signer);
      assertThat(signer.whole).as("ended within subscribe").isCompleted();
      assertThat(signer.whole.join()).isEqualTo(bytes);
      assertThat(signer.threads).allMatch(t -> t == Thread.currentThread());
    }
    assertThat(closed).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200_000})
  void whatIsSentIsReadOnOtherThreadsAndSignedAgainForTheNextAttempt(int length) {
    byte[] bytes = PutAndGetTest.bytes(length);
    CopiedBody body = body(bytes);
    for (int attempt = 0; attempt < 2; attempt++) {
      Reader signer = new Reader(1);
      body.subscribe(signer);
      assertThat(signer.whole).as("ended within subscribe").isCompleted();
      assertThat(signer.whole.join()).isEqualTo(bytes);
      body.signed();
      Reader sender = new Reader(1);
      body.subscribe(sender);
      assertThat(sender.whole.join()).isEqualTo(bytes);
      assertThat(sender.threads).noneMatch(t -> t == Thread.currentThread());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aSourceThatBreaksFailsTheSigner(int pieces) {
    InputStream breaking =
        new InputStream() {
          private int left = (pieces - 1) * 65_536;

          @Override
          public int read() throws IOException {
            if (left-- > 0) {
              return 1;
            }
            throw new IOException("broken");
          }
        };
    Reader signer = new Reader(1);
    new CopiedBody(() -> breaking, 1_000_000).subscribe(signer);
    assertThat(signer.whole).failsWithin(java.time.Duration.ofMinutes(1));
  }
}
