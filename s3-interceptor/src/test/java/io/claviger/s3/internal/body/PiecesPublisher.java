package io.claviger.s3.internal.body;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Gives an array in pieces of one size, as they are asked for, on the thread that asks. */
public final class PiecesPublisher implements Publisher<ByteBuffer> {
  private final byte[] bytes;
  private final int pieceBytes;
  private final boolean ends;

  /** What was given to all subscribers together, in bytes. */
  final AtomicLong givenBytes = new AtomicLong();

  public PiecesPublisher(byte[] bytes, int pieceBytes) {
    this(bytes, pieceBytes, true);
  }

  private PiecesPublisher(byte[] bytes, int pieceBytes, boolean ends) {
    this.bytes = bytes;
    this.pieceBytes = pieceBytes;
    this.ends = ends;
  }

  /** Returns one that never says that it has given everything. */
  public static PiecesPublisher endless(byte[] bytes, int pieceBytes) {
    return new PiecesPublisher(bytes, pieceBytes, false);
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Pieces(subscriber));
  }

  private final class Pieces implements Subscription {
    private final Subscriber<? super ByteBuffer> subscriber;
    private final AtomicLong open = new AtomicLong();
    private int given;
    private boolean giving;
    private volatile boolean over;

    Pieces(Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public synchronized void request(long count) {
      open.addAndGet(count);
      if (giving) {
        return;
      }
      giving = true;
      while (open.get() > 0 && given < bytes.length && !over) {
        int length = Math.min(pieceBytes, bytes.length - given);
        ByteBuffer piece = ByteBuffer.wrap(bytes, given, length).slice();
        given += length;
        givenBytes.addAndGet(length);
        open.decrementAndGet();
        subscriber.onNext(piece);
      }
      giving = false;
      if (given == bytes.length && !over && ends) {
        over = true;
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      over = true;
    }
  }
}
