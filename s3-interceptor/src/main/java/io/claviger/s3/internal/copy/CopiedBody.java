package io.claviger.s3.internal.copy;

import io.claviger.s3.internal.body.AsyncBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * The body of a copy that is sent as an upload by an asynchronous client. It is read from a stream:
 * on threads of its own when it is sent, on the subscribing thread when it is signed.
 *
 * <p>Up to SDK 2.53 a signer reads the body for its checksum and goes on before that checksum is in
 * the request, unless the body ends within {@code subscribe} ("Content hash must be present"). The
 * signer runs on the thread that makes the request, or repeats it, and may block.
 */
final class CopiedBody implements AsyncRequestBody {
  private static final int PIECE_BYTES = 64 * 1024;

  private final ContentStreamProvider source;
  private final AsyncBody sending;
  private volatile boolean signed;
  private volatile boolean subscribed;

  CopiedBody(ContentStreamProvider source, long bytes) {
    this.source = source;
    this.sending = new AsyncBody(source, bytes);
  }

  /** The request is signed: the next subscription sends it. Comes before each attempt. */
  void signed() {
    signed = true;
  }

  /** Whether it was read at all: by the signer, through which SDKs may send it, or to be sent. */
  boolean wasSubscribed() {
    return subscribed;
  }

  @Override
  public Optional<Long> contentLength() {
    return sending.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscribed = true;
    if (signed) {
      signed = false;
      sending.subscribe(subscriber);
    } else {
      subscriber.onSubscribe(new AtOnce(subscriber));
    }
  }

  /** Gives what is requested within the request. One thread, as signers are. */
  private final class AtOnce implements Subscription {
    private final Subscriber<? super ByteBuffer> subscriber;
    private @Nullable InputStream in;
    private long requested;
    private boolean giving;
    private boolean over;

    AtOnce(Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      if (count <= 0 && !over) {
        end();
        subscriber.onError(new IllegalArgumentException("requested " + count));
        return;
      }
      requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
      if (giving) {
        return; // the loop below goes on
      }
      giving = true;
      while (requested > 0 && !over) {
        requested--;
        give();
      }
      giving = false;
    }

    private void give() {
      byte[] piece;
      try {
        if (in == null) {
          in = source.newStream();
        }
        piece = in.readNBytes(PIECE_BYTES);
      } catch (IOException | RuntimeException e) {
        end();
        subscriber.onError(e);
        return;
      }
      if (piece.length > 0) {
        subscriber.onNext(ByteBuffer.wrap(piece));
      }
      if (piece.length < PIECE_BYTES && !over) {
        end();
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      if (!over) {
        end();
      }
    }

    private void end() {
      over = true;
      try {
        if (in != null) {
          in.close();
        }
      } catch (IOException e) {
        // everything that was wanted is read
      }
    }
  }
}
