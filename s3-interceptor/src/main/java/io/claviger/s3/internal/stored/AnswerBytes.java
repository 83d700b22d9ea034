package io.claviger.s3.internal.stored;

import io.claviger.format.Layout;
import io.claviger.s3.internal.body.PeekedBody;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;

/**
 * Stored bytes that the answer to the caller's own request holds: headers of parts among the first
 * of them need no request.
 *
 * @param where the object as messages name it
 * @param body the answer's
 * @param first its first byte among the stored ones
 * @param bytes how many it has
 */
public record AnswerBytes(String where, PeekedBody body, long first, long bytes) {
  /** So many are held in memory at most. */
  static final int MOST_BYTES = 256 << 10;

  /** Whether a part's header at {@code storedOffset} is within reach. */
  static boolean reach(long first, long bytes, long storedOffset) {
    long behind = storedOffset + Layout.PROLOGUE_BYTES - first;
    return storedOffset >= first && behind <= Math.min(bytes, MOST_BYTES);
  }

  private byte[] read(long storedOffset) {
    int from = (int) (storedOffset - first);
    try {
      byte[] head = body.peek(from + Layout.PROLOGUE_BYTES);
      return Arrays.copyOfRange(head, Math.min(from, head.length), head.length);
    } catch (IOException e) {
      throw RetryableException.create(
          where + ": the connection broke while the header of a part was read", e);
    }
  }

  /** Returns these headers, and {@code others} where they have none. */
  HeadersAtHand before(HeadersAtHand others) {
    return new HeadersAtHand() {
      @Override
      public boolean has(long storedOffset) {
        return reach(first, bytes, storedOffset) || others.has(storedOffset);
      }

      @Override
      public byte @Nullable [] take(long storedOffset) {
        return reach(first, bytes, storedOffset) ? read(storedOffset) : others.take(storedOffset);
      }
    };
  }
}
