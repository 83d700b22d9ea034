package io.claviger.jca;

import io.claviger.format.EnvelopeMessage;
import io.claviger.format.Layout;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Opens one message: first its start, which names the data key, then its segments. A segment leaves
 * when it was authenticated; the last one only in {@link #finish}, when nothing came after it.
 */
final class EnvelopeOpening implements EnvelopeFlow {
  private static final int STORED = Layout.SEGMENT_STORED_BYTES;
  private static final byte[] NOTHING = new byte[0];

  private final KmsKey master;
  private final EncryptionContext context;
  private final byte[] aad;

  /** Invariant: {@code pending[0..held-1]} was taken and not yet used: the start, or a segment. */
  private byte[] pending = new byte[EnvelopeMessage.FIXED_BYTES];

  private int held;

  /** Length of the start once its first bytes are known, else that of the first bytes. */
  private int startBytes = EnvelopeMessage.FIXED_BYTES;

  private EnvelopeMessage.@Nullable Opener opener;
  private @Nullable RuntimeException failure;

  EnvelopeOpening(KmsKey master, EncryptionContext context, byte[] aad) {
    this.master = master;
    this.context = context;
    this.aad = aad;
  }

  /** Returns how many bytes of segments there are when this input is taken. */
  private long segmentBytes(byte[] in, int offset, int length) {
    long total = (long) held + length;
    if (failure != null) {
      return 0;
    }
    return opener != null ? total : Math.max(0, total - startBytes(in, offset, length));
  }

  /** Returns the length of the start, as far as it is known when this input is taken. */
  private long startBytes(byte[] in, int offset, int length) {
    int missing = EnvelopeMessage.FIXED_BYTES - held;
    if (missing <= 0 || length < missing) {
      return startBytes;
    }
    byte[] fixed = Arrays.copyOf(pending, EnvelopeMessage.FIXED_BYTES);
    System.arraycopy(in, offset, fixed, held, missing);
    try {
      return wholeStart(fixed);
    } catch (FormatException e) {
      return Long.MAX_VALUE; // nothing will come out
    }
  }

  private static int wholeStart(byte[] fixed) {
    return EnvelopeMessage.FIXED_BYTES
        + EnvelopeMessage.wrappedBytes(fixed)
        + EnvelopeMessage.HEADER_BYTES;
  }

  @Override
  public int wantedBytes() {
    return Math.max(1, (opener == null ? startBytes : STORED) - held);
  }

  @Override
  public int updateBytes(byte[] in, int offset, int length) {
    return wholeSegmentBytes(segmentBytes(in, offset, length));
  }

  @Override
  public int finishBytes(byte[] in, int offset, int length) {
    long bytes = segmentBytes(in, offset, length);
    long last = bytes % STORED;
    if (last == 0) {
      return wholeSegmentBytes(bytes);
    }
    return last < Layout.SEGMENT_OVERHEAD_BYTES
        ? 0 // no authentic message ends within the overhead of a segment
        : (int) (wholeSegmentBytes(bytes) + last - Layout.SEGMENT_OVERHEAD_BYTES);
  }

  private static int wholeSegmentBytes(long bytes) {
    return (int) (bytes / STORED * Layout.SEGMENT_PLAIN_BYTES);
  }

  @Override
  public int update(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int made = 0;
    int at = offset;
    int end = offset + length;
    try {
      while (at < end && failure == null) {
        EnvelopeMessage.Opener open = opener;
        if (open == null) {
          at += takeStart(in, at, end - at);
        } else if (held == 0 && end - at >= STORED && !saysLast(in, at)) {
          made += open.open(in, at, STORED, out, outOffset + made);
          at += STORED;
        } else {
          at += takeSegment(in, at, end - at);
          if (held == STORED && !saysLast(pending, 0)) {
            held = 0;
            made += open.open(pending, 0, STORED, out, outOffset + made);
          }
        }
      }
    } catch (FormatException | KmsException e) {
      fail(e);
    }
    return made;
  }

  private static boolean saysLast(byte[] segment, int offset) {
    return EnvelopeMessage.Opener.saysLast(segment, offset);
  }

  private int takeStart(byte[] in, int at, int available) {
    int taken = take(in, at, Math.min(available, startBytes - held));
    if (held == startBytes) {
      if (startBytes == EnvelopeMessage.FIXED_BYTES) {
        startBytes = wholeStart(pending);
        pending = Arrays.copyOf(pending, startBytes);
      } else {
        opener = begin(pending);
        pending = NOTHING;
        held = 0;
      }
    }
    return taken;
  }

  private int takeSegment(byte[] in, int at, int available) {
    if (held == STORED) {
      throw new FormatException(
          Failure.TRAILING_BYTES,
          "bytes after the last segment of the message: they were added, or a segment before was changed. "
              + EnvelopeMessage.ADVICE);
    }
    return take(in, at, Math.min(available, STORED - held));
  }

  /** Keeps bytes; the room grows with them, since most messages are shorter than a segment. */
  private int take(byte[] in, int at, int count) {
    if (pending.length < held + count) {
      pending = Arrays.copyOf(pending, Math.max(held + count, Math.min(STORED, 2 * held)));
    }
    System.arraycopy(in, at, pending, held, count);
    held += count;
    return count;
  }

  private EnvelopeMessage.Opener begin(byte[] start) {
    byte[] wrapped =
        Arrays.copyOfRange(
            start, EnvelopeMessage.FIXED_BYTES, start.length - EnvelopeMessage.HEADER_BYTES);
    EncryptionContext bound = context.withReserved(EnvelopeSealing.USE);
    try (SecretBytes dataKey =
        master
            .provider()
            .serviceManager()
            .manager()
            .decrypt(new DecryptRequest(master.keyId(), wrapped, bound))) {
      return dataKey.use(key -> new EnvelopeMessage.Opener(key, start, aad));
    }
  }

  @Override
  public int finish(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int whole = updateBytes(in, offset, length);
    int room = finishBytes(in, offset, length);
    boolean possible = room >= whole;
    return possible
        ? finish(in, offset, length, out, outOffset, room)
        : finish(in, offset, length, new byte[whole], 0, whole); // only to learn what is wrong
  }

  private int finish(byte[] in, int offset, int length, byte[] out, int outOffset, int room) {
    try {
      int made = update(in, offset, length, out, outOffset);
      requireHealthy();
      EnvelopeMessage.Opener open = opener;
      if (open == null) {
        throw new FormatException(
            Failure.TRUNCATED,
            "the message ends within its start, after %d bytes. %s"
                .formatted(held, EnvelopeMessage.ADVICE));
      }
      if (held > 0) {
        made += open.openEnd(pending, held, out, outOffset + made);
      }
      open.requireComplete();
      close();
      return made;
    } catch (RuntimeException e) {
      Arrays.fill(out, outOffset, outOffset + room, (byte) 0);
      fail(e);
      throw e;
    }
  }

  /** The one place that sets the failed state. */
  private void fail(RuntimeException e) {
    if (failure == null) {
      failure = e;
    }
    pending = NOTHING;
    held = 0;
  }

  @Override
  public void requireHealthy() {
    RuntimeException known = failure;
    if (known != null) {
      throw known;
    }
  }

  @Override
  public void close() {
    pending = NOTHING;
    held = 0;
  }
}
