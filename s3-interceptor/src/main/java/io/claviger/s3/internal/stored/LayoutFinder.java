package io.claviger.s3.internal.stored;

import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.MultiLayout;
import io.claviger.format.MultiLayout.Part;
import io.claviger.format.ReportedParts;
import io.claviger.format.SupposedParts;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds parts of a multipart object (format 7.3): first where they are supposed, then where the
 * store says, then from part to part. Only what {@link Headers} took counts, so that a supposition
 * or a false answer costs a request and nothing else.
 *
 * <p>Threads: one at a time. Blocking: asks the store, for up to {@value #AT_ONCE} headers at once.
 */
final class LayoutFinder {
  private static final int AT_ONCE = 8;

  /** Where headers come from. */
  interface Headers {
    /**
     * Reads the header at {@code storedOffset} and adds it to the layout.
     *
     * @throws FormatException if there is none, or it contradicts what is known
     */
    Part read(long storedOffset);

    /** Whether the header at {@code storedOffset} needs no request. */
    default boolean isAtHand(long storedOffset) {
      return false;
    }

    /** Returns where the store says that the last part begins, -1 if it does not say. */
    long lastOffset();

    /** Returns the stored size that the store reports of one part, -1 if it reports none. */
    long storedSize(int number);

    /** Returns stored sizes of the parts as the store reports them, empty if it does not. */
    List<Long> storedSizes();
  }

  private final MultiLayout layout;
  private final Headers headers;
  private final int storedParts;
  private final Supplier<@Nullable EqualParts> usual;
  private final Set<Long> missed = ConcurrentHashMap.newKeySet();
  private @Nullable SupposedParts reported;

  /**
   * @param storedParts how many parts the ETag says, 0 where it says none: a hint
   * @param usual returns equal parts of a likely size, null for none; asked only where nothing else
   *     is known
   */
  LayoutFinder(
      MultiLayout layout, Headers headers, int storedParts, Supplier<@Nullable EqualParts> usual) {
    this.layout = layout;
    this.storedParts = storedParts;
    this.headers = headers;
    this.usual = usual;
  }

  /** Finds the last part and its offset, so that the length is proved. */
  void findEnd() {
    findEnd(null);
  }

  /**
   * As {@link #findEnd()}; where equal parts are supposed, looks for those that a range needs at
   * the same time.
   *
   * @param wanted what of the object is asked for next, null for nothing
   */
  void findEnd(@Nullable RangePlan wanted) {
    if (layout.isClosed()) {
      return;
    }
    Part last = layout.last();
    EqualParts guess = last == null ? likely() : null;
    last = layout.last(); // part 1 alone
    if (guess != null && last == null) {
      lookForEnd(guess, wanted);
      last = layout.last();
    }
    if (last == null) {
      EqualParts equal = equal();
      last = layout.last(); // part 1 alone
      last = last == null ? lastAt(behindFirst(equal)) : last;
    }
    if (last == null) {
      last = lastAt(layout.storedBytes() - Layout.MIN_STORED_BYTES);
    }
    if (last == null) {
      last = lastAt(headers.lastOffset());
    }
    while (last == null) {
      step();
      last = layout.last();
    }
    place(last.number());
  }

  /** Returns parts to look for at once, null where nothing is supposed. */
  private @Nullable EqualParts likely() {
    return layout.part(1) != null || headers.isAtHand(0) ? equal() : usual.get();
  }

  /** Looks at once for all that will be needed if the supposition is right. */
  private void lookForEnd(EqualParts guess, @Nullable RangePlan wanted) {
    List<Runnable> all = new ArrayList<>();
    places(guess, behindFirst(guess), storedParts, wanted)
        .forEach(place -> all.add(() -> attempt(place)));
    Together.run(all);
  }

  /**
   * Returns where headers are that prove an object of such parts, and those that a range needs.
   *
   * @param end where the last part is supposed
   * @param storedParts how many there are, 0 where it is not known
   */
  static Set<Long> places(EqualParts guess, long end, int storedParts, @Nullable RangePlan wanted) {
    Set<Long> places = new LinkedHashSet<>();
    places.add(end);
    if (end == guess.storedBytes() - Layout.MIN_STORED_BYTES && storedParts > 1) {
      places.add(guess.storedOffset(storedParts - 1)); // what a closing part states proves nothing
    }
    if (storedParts == 2) {
      places.add(0L); // says where the other one is
    }
    Slice slice = wanted == null ? null : wanted.within(guess.plainBytes());
    if (slice != null) {
      places.add(Math.min(end, guess.storedOffset(guess.numberHolding(slice.first()))));
      places.add(Math.min(end, guess.storedOffset(guess.numberHolding(slice.last()))));
    }
    return places;
  }

  /** Returns where the last part is supposed: behind part 1 where there is one more. */
  private long behindFirst(EqualParts equal) {
    Part one = layout.part(1);
    long end = one == null ? 0 : one.storedEnd();
    boolean oneMore = storedParts == 2 || layout.storedBytes() - end == Layout.MIN_STORED_BYTES;
    return one != null && oneMore ? end : equal.lastOffset();
  }

  private @Nullable Part lastAt(long storedOffset) {
    attempt(storedOffset);
    return layout.last();
  }

  /** Returns the part that holds a byte of the object, which must have it. */
  Part holding(long plainOffset) {
    return find(() -> layout.holding(plainOffset), parts -> parts.numberHolding(plainOffset));
  }

  /** Returns a part, its offset known; the object must have it. */
  Part part(int number) {
    return find(() -> placed(number), parts -> number);
  }

  private @Nullable Part placed(int number) {
    Part part = layout.part(number);
    return part != null && part.placed() ? part : null;
  }

  private Part find(Supplier<@Nullable Part> known, ToIntFunction<SupposedParts> number) {
    Part found = known.get();
    EqualParts guess = found == null && layout.part(1) == null ? usual.get() : null;
    if (guess != null) {
      found = findAt(guess, number, known);
    }
    if (found == null) {
      found = findAt(equal(), number, known);
    }
    if (found == null) {
      found = findAt(reported(), number, known);
    }
    while (found == null) {
      step();
      found = known.get();
    }
    return found;
  }

  private @Nullable Part findAt(
      SupposedParts supposed, ToIntFunction<SupposedParts> number, Supplier<@Nullable Part> known) {
    int wanted = number.applyAsInt(supposed);
    attempt(supposed.storedOffset(wanted));
    Part there = layout.part(wanted);
    if (there != null) {
      place(wanted);
    }
    return known.get();
  }

  /** Returns equal parts of the size of part 1. */
  private EqualParts equal() {
    Part one = layout.part(1);
    if (one == null) {
      one = headers.read(0);
    }
    return new EqualParts(one.plainBytes(), layout.storedBytes());
  }

  /** Looks for a header where one may be. */
  private void attempt(long storedOffset) {
    boolean inside =
        storedOffset >= 0 && storedOffset <= layout.storedBytes() - Layout.MIN_STORED_BYTES;
    if (inside && layout.beginningAt(storedOffset) == null && !missed.contains(storedOffset)) {
      try {
        headers.read(storedOffset);
      } catch (FormatException e) {
        missed.add(storedOffset); // not where it was supposed: no tampering yet
      }
    }
  }

  /** Reads the header behind those known without a gap, where the next part must be. */
  private void step() {
    equal();
    Part end = layout.chainEnd();
    if (end == null || end.last()) {
      throw new FormatException(
          Failure.LAST_PART,
          "part %d is the last, but more was looked for: parts are missing. Restore the object"
              .formatted(end == null ? 0 : end.number()));
    }
    Part next = headers.read(end.storedEnd());
    if (next.number() != end.number() + 1) {
      throw new FormatException(
          Failure.PART_NUMBER,
          "found part %d behind part %d: a part is missing, doubled or out of order. Restore the object"
              .formatted(next.number(), end.number()));
    }
  }

  /**
   * Finds the offset of a part whose header is known: looks for the headers before it, backward,
   * until one states its offset, which part 1 always does.
   */
  private void place(int number) {
    EqualParts guess = layout.part(1) == null ? usual.get() : null;
    if (guess != null) {
      placeBackward(guess, number);
    } else if (layout.part(1) != null) {
      placeBackward(equal(), number);
    }
    Part part = layout.part(number);
    if (part != null && !part.placed()) {
      attempt(part.storedOffset() - Math.max(0, headers.storedSize(number - 1)));
    }
    if (placed(number) == null) {
      placeBackward(equal(), number);
    }
    if (placed(number) == null) {
      placeBackward(reported(), number);
    }
    while (placed(number) == null) {
      step();
    }
  }

  /** Reads headers before part {@code number} while they are where they are supposed. */
  private void placeBackward(SupposedParts supposed, int number) {
    int next = number - 1;
    for (int atOnce = 1; placed(number) == null; atOnce = AT_ONCE) {
      while (layout.part(next) != null) {
        next--;
      }
      look(supposed, Math.max(1, next - atOnce + 1), next);
      if (layout.part(next) == null) {
        return;
      }
    }
  }

  private SupposedParts reported() {
    if (reported == null) {
      reported = new ReportedParts(headers.storedSizes());
    }
    return reported;
  }

  /** Looks for several headers at once. */
  private void look(SupposedParts supposed, int first, int last) {
    List<Runnable> all = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      long offset = supposed.storedOffset(number);
      all.add(() -> attempt(offset));
    }
    Together.run(all);
  }
}
