package io.claviger.format;

import io.claviger.object.FormatException;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of an object are stored if all but the last are equal (format 7.3). A
 * supposition: it only says where to look for headers, which alone prove. Pure arithmetic, all in
 * bytes.
 *
 * @param partPlainBytes plaintext of every part but the last
 * @param storedBytes stored size of the object
 */
public record EqualParts(long partPlainBytes, long storedBytes) implements SupposedParts {
  private static final long MIB = 1L << 20;

  /** A last part as large as this one is followed by a closing part (format 6.1). */
  private static final long MIN_PART_STORED_BYTES = 5 * MIB;

  /** What clients take unless configured otherwise comes first; in MiB. */
  private static final int[] USUAL_PARTS = {8, 5, 16, 64, 10, 32, 100, 128, 256, 512, 1024};

  private static final int MAX_TRIED = 1000;

  @Override
  public int numberHolding(long plainOffset) {
    long number = partPlainBytes == 0 ? 1 : plainOffset / partPlainBytes + 1;
    return (int) Math.min(number, Preamble.MAX_PART_NUMBER);
  }

  @Override
  public long storedOffset(int number) {
    return (number - 1) * Layout.storedBytes(partPlainBytes);
  }

  /** Returns where the last part begins, a closing part included. */
  public long lastOffset() {
    long part = Layout.storedBytes(partPlainBytes);
    long rest = storedBytes % part;
    boolean closed = rest < Layout.MIN_STORED_BYTES || rest >= MIN_PART_STORED_BYTES;
    return Math.max(0, storedBytes - (closed ? Layout.MIN_STORED_BYTES : rest));
  }

  /**
   * Returns the plaintext of an object in such parts, -1 where no part is stored in the bytes that
   * are left for the last.
   */
  public long plainBytes() {
    long part = Layout.storedBytes(partPlainBytes);
    long last = lastOffset();
    long shorter = last % part; // the last real one, with a closing part behind it
    try {
      return last / part * partPlainBytes
          + (shorter == 0 ? 0 : Layout.plainBytes(shorter))
          + Layout.plainBytes(storedBytes - last);
    } catch (FormatException e) {
      return -1;
    }
  }

  /** Whether {@code storedBytes} are {@code parts} such parts, a closing part included. */
  public boolean fits(int parts) {
    return storedParts() == parts && plainBytes() >= 0;
  }

  /** Returns how many parts are stored, a closing part included. */
  private long storedParts() {
    long part = Layout.storedBytes(partPlainBytes);
    long last = lastOffset();
    return last / part + (last % part == 0 ? 1 : 2);
  }

  /**
   * Returns parts of a usual size that give {@code storedParts} parts in {@code storedBytes} bytes,
   * null when there are none.
   */
  public static @Nullable EqualParts usual(long storedBytes, OptionalInt storedParts) {
    if (storedParts.isEmpty() || storedParts.getAsInt() < 2) {
      return null;
    }
    int parts = storedParts.getAsInt();
    EqualParts closed = closed(storedBytes, parts - 1);
    if (closed != null) {
      return closed;
    }
    long least = Math.max(1, storedBytes / parts / MIB);
    long most = Math.min(storedBytes / (parts - 1) / MIB + 1, least + MAX_TRIED);
    return LongStream.concat(
            IntStream.of(USUAL_PARTS).asLongStream(), LongStream.rangeClosed(least, most))
        .filter(mib -> mib * MIB <= Layout.MAX_PLAIN_BYTES)
        .mapToObj(mib -> new EqualParts(mib * MIB, storedBytes))
        .filter(equal -> equal.storedParts() == parts)
        .findFirst()
        .orElse(null);
  }

  /** Returns parts of whole MiB that just leave the room for a closing part, null for none. */
  private static @Nullable EqualParts closed(long storedBytes, int parts) {
    long all = storedBytes - Layout.MIN_STORED_BYTES;
    long mib = Math.max(1, Math.min(all / parts, Layout.MAX_PLAIN_BYTES) / MIB);
    boolean fits = all == parts * Layout.storedBytes(mib * MIB);
    return fits && all / parts >= MIN_PART_STORED_BYTES
        ? new EqualParts(mib * MIB, storedBytes)
        : null;
  }
}
