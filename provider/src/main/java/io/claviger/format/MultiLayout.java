package io.claviger.format;

import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of where the parts of a {@code multi} object are stored (format 7.2), put together
 * from the headers that were read. It proves what these headers prove: give it verified ones, and
 * its answers are facts; give it unverified ones, and they are hints.
 *
 * <p>Every header must agree with all that is known already, else it is refused and nothing
 * changes. Pure arithmetic, all in bytes.
 *
 * <p>Threads: safe. What is known only grows.
 */
public final class MultiLayout {
  /**
   * A part whose header is known.
   *
   * @param number its number, from 1
   * @param storedOffset where its preamble begins among the stored bytes of the object
   * @param plainOffset plaintext bytes of the object before it, or {@link Preamble#OFFSET_UNKNOWN};
   *     of a closing part never what its own header states, which proves nothing
   * @param plainBytes its plaintext
   * @param last whether it is the last part
   */
  public record Part(
      int number, long storedOffset, long plainOffset, long plainBytes, boolean last) {
    /** Whether the plaintext before it is known. */
    public boolean placed() {
      return plainOffset != Preamble.OFFSET_UNKNOWN;
    }

    /** Returns where the next part begins among the stored bytes. */
    public long storedEnd() {
      return storedOffset + Layout.storedBytes(plainBytes);
    }

    /** Returns where its plaintext ends in the object; only for a placed part. */
    public long plainEnd() {
      return plainOffset + plainBytes;
    }

    /** Whether it holds the plaintext byte of the object at {@code offset}. */
    public boolean holds(long offset) {
      return placed() && plainOffset <= offset && offset < plainEnd();
    }

    /** Whether it is the empty part that ends an object of several parts. */
    private boolean closing() {
      return last && plainBytes == 0 && number > 1;
    }

    private Part at(long offset) {
      return new Part(number, storedOffset, offset, plainBytes, last);
    }
  }

  private final long storedBytes;
  private final TreeMap<Integer, Part> parts = new TreeMap<>();

  /** Placed parts that are not empty, by plaintext offset. */
  private final TreeMap<Long, Part> placed = new TreeMap<>();

  /** Numbers of the known parts, by their place among the stored bytes. */
  private final Map<Long, Integer> places = new HashMap<>();

  /** Parts 1 to this one are all known. */
  private int chained;

  /** What the header of the closing part states, compared with what the parts before it prove. */
  private long closingStates = Preamble.OFFSET_UNKNOWN;

  /** Begins with nothing but the stored size, which is the store's word until the end is known. */
  public MultiLayout(long storedBytes) {
    this.storedBytes = storedBytes;
  }

  /** Returns the stored size of the object. */
  public long storedBytes() {
    return storedBytes;
  }

  /**
   * Takes the header of the part that begins at {@code storedOffset} and returns that part.
   *
   * @throws FormatException TRUNCATED, TRAILING_BYTES or LAST_PART if it does not fit the end of
   *     the stored bytes; PART_NUMBER if it does not belong at this place; OFFSET if its offset
   *     contradicts the parts before or behind
   */
  public synchronized Part add(long storedOffset, Preamble preamble) {
    long states = preamble.offset();
    Part stated =
        new Part(
            preamble.partNumber(), storedOffset, states, preamble.plainBytes(), preamble.last());
    requireEnd(stated);
    requirePlace(stated);
    requireOffset(stated);
    Part part = stated.closing() ? stated.at(Preamble.OFFSET_UNKNOWN) : stated;
    long closing = stated.closing() && stated.placed() ? states : closingStates;
    List<Part> settled = settle(part, closing);
    closingStates = closing;
    for (Part p : settled) {
      parts.put(p.number(), p);
      places.put(p.storedOffset(), p.number());
      if (p.placed() && p.plainBytes() > 0) {
        placed.put(p.plainOffset(), p);
      }
    }
    while (parts.containsKey(chained + 1)) {
      chained++;
    }
    return settled.get(0);
  }

  private void requireEnd(Part part) {
    long behind = storedBytes - part.storedEnd();
    if (behind < 0) {
      throw new FormatException(
          Failure.TRUNCATED,
          "part %d needs %d more bytes than the store has: the end is missing. Restore the object"
              .formatted(part.number(), -behind));
    }
    if (part.last() && behind > 0) {
      throw new FormatException(
          Failure.TRAILING_BYTES,
          "%d bytes after the last part: they were added. Restore the object".formatted(behind));
    }
    if (!part.last() && behind < Layout.MIN_STORED_BYTES) {
      throw new FormatException(
          Failure.LAST_PART,
          "part %d is not marked as the last, but nothing may follow: parts are missing. Restore the object"
              .formatted(part.number()));
    }
  }

  private void requirePlace(Part part) {
    Part known = parts.get(part.number());
    if (known != null) {
      boolean same =
          known.storedOffset() == part.storedOffset()
              && known.plainBytes() == part.plainBytes()
              && known.last() == part.last();
      if (!same) {
        throw misplaced(part);
      }
      return;
    }
    if (!fits(before(part), part) || !fits(part, after(part))) {
      throw misplaced(part);
    }
  }

  /** Whether there is just the room for the parts between two; null stands for the ends. */
  private boolean fits(@Nullable Part lower, @Nullable Part upper) {
    if (upper == null) {
      return true;
    }
    long begin = lower == null ? 0 : lower.storedEnd();
    long between = upper.number() - (lower == null ? 0 : lower.number()) - 1L;
    long room = upper.storedOffset() - begin;
    boolean follows = lower == null || !lower.last();
    return follows && (between == 0 ? room == 0 : room >= between * (long) Layout.MIN_STORED_BYTES);
  }

  /** Stored bytes are more than their plaintext, so an offset has a bound. */
  private static void requireOffset(Part part) {
    long most = part.storedOffset() - (part.number() - 1L) * Layout.MIN_STORED_BYTES;
    if (part.plainOffset() > most) {
      throw new FormatException(
          Failure.OFFSET,
          "part %d was sealed for offset %d, found after %d stored bytes: parts are missing. Restore the object"
              .formatted(part.number(), part.plainOffset(), part.storedOffset()));
    }
  }

  private static FormatException misplaced(Part part) {
    return new FormatException(
        Failure.PART_NUMBER,
        "part %d at stored byte %d does not belong there: a part is missing, doubled or out of order. Restore the object"
            .formatted(part.number(), part.storedOffset()));
  }

  private @Nullable Part before(Part part) {
    return value(parts.lowerEntry(part.number()));
  }

  private @Nullable Part after(Part part) {
    return value(parts.higherEntry(part.number()));
  }

  private static @Nullable Part value(Map.@Nullable Entry<?, Part> entry) {
    return entry == null ? null : entry.getValue();
  }

  /** Returns {@code added} and the parts behind it whose offset follows from it, offsets set. */
  private List<Part> settle(Part added, long closing) {
    List<Part> settled = new ArrayList<>();
    Part lower = before(added);
    Part part = added;
    while (true) {
      Part at = settleOne(lower, part, closing);
      settled.add(at);
      Part upper = after(part);
      if (upper == null) {
        return settled;
      }
      if (upper.placed() || !at.placed() || upper.number() != part.number() + 1) {
        settleOne(at, upper, closing);
        return settled;
      }
      lower = at;
      part = upper;
    }
  }

  private static Part settleOne(@Nullable Part lower, Part part, long closing) {
    if (lower == null || !lower.placed()) {
      return part;
    }
    boolean adjacent = lower.number() + 1 == part.number();
    long states = part.placed() || !part.closing() ? part.plainOffset() : closing;
    if (states != Preamble.OFFSET_UNKNOWN) {
      requireOrder(lower, part.number(), states, adjacent);
    }
    return adjacent ? part.at(lower.plainEnd()) : part;
  }

  private static void requireOrder(Part lower, int number, long states, boolean adjacent) {
    boolean agrees = adjacent ? states == lower.plainEnd() : states >= lower.plainEnd();
    if (!agrees) {
      throw new FormatException(
          Failure.OFFSET,
          "part %d was sealed for offset %d, part %d ends at %d: parts are missing or out of order. Restore the object"
              .formatted(number, states, lower.number(), lower.plainEnd()));
    }
  }

  /** Returns part {@code number}, null when its header is not known. */
  public synchronized @Nullable Part part(int number) {
    return parts.get(number);
  }

  /** Returns the known part that begins at {@code storedOffset}, null for none. */
  public synchronized @Nullable Part beginningAt(long storedOffset) {
    Integer number = places.get(storedOffset);
    return number == null ? null : parts.get(number);
  }

  /** Returns the part that holds the plaintext byte at {@code plainOffset}, null when unknown. */
  public synchronized @Nullable Part holding(long plainOffset) {
    Part part = value(placed.floorEntry(plainOffset));
    return part != null && part.holds(plainOffset) ? part : null;
  }

  /** Returns the last of the parts known without a gap from part 1 on, null without part 1. */
  public synchronized @Nullable Part chainEnd() {
    return parts.get(chained);
  }

  /** Returns the object's last part, null when it is not known. */
  public synchronized @Nullable Part last() {
    Part highest = value(parts.lastEntry());
    return highest != null && highest.last() ? highest : null;
  }

  /**
   * Whether plaintext length and number of parts are known. A closing part alone proves neither:
   * its writer may have taken its offset from sizes that the store listed. It counts when the part
   * before it is known with its offset.
   */
  public boolean isClosed() {
    Part last = last();
    return last != null && last.placed();
  }

  /**
   * Returns the plaintext length of the object.
   *
   * @throws IllegalStateException if it is not known
   */
  public long plainBytes() {
    return end().plainEnd();
  }

  /**
   * Returns the number of parts as S3 counts them: an empty closing part is none.
   *
   * @throws IllegalStateException if it is not known
   */
  public int partCount() {
    Part last = end();
    boolean closing = last.plainBytes() == 0 && last.number() > 1;
    return closing ? last.number() - 1 : last.number();
  }

  private Part end() {
    Part last = last();
    if (last == null || !last.placed()) {
      throw new IllegalStateException("internal error: the last part is not known");
    }
    return last;
  }

  /** Returns how many headers are known. */
  public synchronized int knownParts() {
    return parts.size();
  }
}
