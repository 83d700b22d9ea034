package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.MultiLayout.Part;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

class MultiLayoutTest {
  private static final long SEGMENT = Layout.SEGMENT_PLAIN_BYTES;
  private static final long PART = 5L << 20;

  /** An object of these part sizes: headers in order, and where each part begins. */
  private record Model(List<Preamble> headers, List<Long> places, long storedBytes) {
    static Model of(List<Long> sizes, Random offsetsKnown) {
      List<Preamble> headers = new ArrayList<>();
      List<Long> places = new ArrayList<>();
      long stored = 0;
      long plain = 0;
      for (int i = 0; i < sizes.size(); i++) {
        boolean known = i == 0 || offsetsKnown.nextBoolean();
        long offset = known ? plain : Preamble.OFFSET_UNKNOWN;
        boolean last = i == sizes.size() - 1;
        headers.add(new Preamble(last, i + 1, sizes.get(i), offset));
        places.add(stored);
        stored += Layout.storedBytes(sizes.get(i));
        plain += sizes.get(i);
      }
      return new Model(headers, places, stored);
    }

    long plainBytes() {
      return headers.stream().mapToLong(Preamble::plainBytes).sum();
    }

    long plainBefore(int part) {
      return headers.stream().limit(part).mapToLong(Preamble::plainBytes).sum();
    }

    boolean closing() {
      return headers.size() > 1 && headers.get(headers.size() - 1).plainBytes() == 0;
    }
  }

  @Provide
  Arbitrary<List<Long>> sizes() {
    Arbitrary<Long> near =
        Arbitraries.of(1L, SEGMENT, 2 * SEGMENT, PART, PART - 98 - 32 * 81)
            .flatMap(n -> Arbitraries.longs().between(Math.max(0, n - 1), n + 1));
    return Arbitraries.oneOf(near, Arbitraries.longs().between(0, Layout.MAX_PLAIN_BYTES))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  @Property
  void headersInAnyOrderTellTheWholeLayout(
      @ForAll("sizes") List<Long> sizes, @ForAll Random random) {
    Model model = Model.of(sizes, random);
    MultiLayout layout = new MultiLayout(model.storedBytes());
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    for (int i : order) {
      layout.add(model.places().get(i), model.headers().get(i));
      assertFacts(model, layout);
    }
    assertThat(layout.isClosed()).isTrue();
    assertThat(layout.plainBytes()).isEqualTo(model.plainBytes());
    assertThat(layout.partCount()).isEqualTo(sizes.size() - (model.closing() ? 1 : 0));
    for (int i = 0; i < sizes.size(); i++) {
      Part part = layout.part(i + 1);
      assertThat(part.plainOffset()).isEqualTo(model.plainBefore(i));
      assertThat(part.storedOffset()).isEqualTo(model.places().get(i));
      for (long at : new long[] {part.plainOffset(), part.plainEnd() - 1}) {
        if (part.holds(at)) {
          assertThat(layout.holding(at)).isEqualTo(part);
        }
      }
    }
    assertThat(layout.holding(model.plainBytes())).isNull();
  }

  /** At any time each answer of the layout is that of the whole model. */
  private static void assertFacts(Model model, MultiLayout layout) {
    for (int i = 0; i < model.headers().size(); i++) {
      Part part = layout.part(i + 1);
      if (part != null && part.placed()) {
        assertThat(part.plainOffset()).isEqualTo(model.plainBefore(i));
      }
    }
    if (layout.isClosed()) {
      assertThat(layout.plainBytes()).isEqualTo(model.plainBytes());
    }
  }

  @Property
  void aHeaderAtAnotherPlaceOrOfAnotherLengthIsRefusedAndChangesNothing(
      @ForAll("sizes") List<Long> sizes, @ForAll Random random) {
    Model model = Model.of(sizes, random);
    MultiLayout layout = new MultiLayout(model.storedBytes());
    for (int i = 0; i < sizes.size(); i++) {
      layout.add(model.places().get(i), model.headers().get(i));
    }
    int victim = random.nextInt(sizes.size());
    Preamble h = model.headers().get(victim);
    long place = model.places().get(victim);
    long shift = 1 + random.nextInt(1000);
    List<Runnable> contradictions = new ArrayList<>();
    contradictions.add(() -> layout.add(place + shift, h));
    contradictions.add(
        () -> layout.add(Math.max(0, place - shift) + (place < shift ? place + 1 : 0), h));
    contradictions.add(
        () -> layout.add(place, other(h, h.partNumber() + 1, h.plainBytes(), h.last())));
    contradictions.add(
        () -> layout.add(place, other(h, h.partNumber(), h.plainBytes() ^ 1, h.last())));
    contradictions.add(
        () -> layout.add(place, other(h, h.partNumber(), h.plainBytes(), !h.last())));
    if (h.partNumber() > 1) {
      contradictions.add(
          () ->
              layout.add(
                  place,
                  new Preamble(
                      h.last(), h.partNumber(), h.plainBytes(), model.plainBefore(victim) + 1)));
    }
    for (Runnable contradiction : contradictions) {
      assertThat(catchThrowableOfType(FormatException.class, contradiction::run)).isNotNull();
      assertThat(layout.knownParts()).isEqualTo(sizes.size());
      assertThat(layout.plainBytes()).isEqualTo(model.plainBytes());
      assertThat(layout.part(victim + 1).plainOffset()).isEqualTo(model.plainBefore(victim));
    }
  }

  private static Preamble other(Preamble h, int number, long plainBytes, boolean last) {
    return new Preamble(last, number, plainBytes, number == 1 ? 0 : Preamble.OFFSET_UNKNOWN);
  }

  /** Headers of any content at any place: refused, or in line with all that was taken. */
  @Property
  void noHeadersEverMakeALayoutThatContradictsItself(@ForAll Random random) {
    MultiLayout layout = new MultiLayout(1 + random.nextInt(100_000));
    for (int i = 0; i < 30; i++) {
      int number = 1 + random.nextInt(5);
      Preamble h =
          new Preamble(
              random.nextInt(4) == 0,
              number,
              random.nextInt(3_000),
              number == 1 ? 0 : random.nextBoolean() ? -1 : random.nextInt(10_000));
      Part known = layout.part(number);
      try {
        layout.add(random.nextInt(4) == 0 ? 0 : random.nextInt(20_000), h);
        Statistics.collect("taken");
      } catch (FormatException e) {
        assertThat(layout.part(number)).isEqualTo(known);
        Statistics.collect("refused");
      }
      assertConsistent(layout);
    }
    Statistics.coverage(
        c -> {
          c.check("taken").percentage(p -> p > 1);
          c.check("refused").percentage(p -> p > 1);
        });
  }

  private static void assertConsistent(MultiLayout layout) {
    Part before = null;
    for (int number = 1; number <= 6; number++) {
      Part part = layout.part(number);
      if (part == null) {
        continue;
      }
      assertThat(part.storedEnd()).isLessThanOrEqualTo(layout.storedBytes());
      assertThat(part.last()).isEqualTo(part.storedEnd() == layout.storedBytes());
      if (before != null) {
        assertThat(before.storedEnd()).isLessThanOrEqualTo(part.storedOffset());
        assertThat(before.last()).isFalse();
        if (before.placed() && part.placed()) {
          assertThat(before.plainEnd()).isLessThanOrEqualTo(part.plainOffset());
        }
        if (before.number() + 1 == number) {
          assertThat(before.storedEnd()).isEqualTo(part.storedOffset());
          assertThat(!before.placed() || part.plainOffset() == before.plainEnd()).isTrue();
        }
      }
      before = part;
    }
  }

  private static Failure refusal(MultiLayout layout, long place, Preamble header) {
    return catchThrowableOfType(FormatException.class, () -> layout.add(place, header)).failure();
  }

  @Test
  void eachLieHasItsClass() {
    long one = Layout.storedBytes(PART);
    MultiLayout layout = new MultiLayout(3 * one);
    layout.add(0, new Preamble(false, 1, PART, 0));
    assertThat(refusal(layout, 2 * one, new Preamble(true, 3, PART + 1, -1)))
        .isEqualTo(Failure.TRUNCATED);
    assertThat(refusal(layout, one, new Preamble(true, 2, PART, -1)))
        .isEqualTo(Failure.TRAILING_BYTES);
    assertThat(refusal(layout, 2 * one, new Preamble(false, 3, PART, -1)))
        .isEqualTo(Failure.LAST_PART);
    assertThat(refusal(layout, one, new Preamble(false, 3, PART, -1)))
        .isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(layout, 2 * one, new Preamble(true, 2, PART, -1)))
        .isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(layout, one, new Preamble(false, 2, PART, PART + 1)))
        .isEqualTo(Failure.OFFSET);
    assertThat(refusal(layout, 2 * one, new Preamble(true, 3, PART, Long.MAX_VALUE)))
        .isEqualTo(Failure.OFFSET);
  }

  @Test
  void anOffsetIsKnownFromItsHeaderOrFromAllPartsBefore() {
    long one = Layout.storedBytes(PART);
    MultiLayout layout = new MultiLayout(4 * one);
    layout.add(2 * one, new Preamble(false, 3, PART, Preamble.OFFSET_UNKNOWN));
    layout.add(3 * one, new Preamble(true, 4, PART, Preamble.OFFSET_UNKNOWN));
    layout.add(0, new Preamble(false, 1, PART, 0));
    assertThat(layout.isClosed()).isFalse();
    assertThat(layout.chainEnd().number()).isEqualTo(1);
    layout.add(one, new Preamble(false, 2, PART, Preamble.OFFSET_UNKNOWN));
    assertThat(layout.isClosed()).isTrue();
    assertThat(layout.plainBytes()).isEqualTo(4 * PART);
    assertThat(layout.chainEnd().number()).isEqualTo(4);
  }

  @Test
  void aKnownPartIsFoundWhereItBeginsAndByEachOfItsBytes() {
    long one = Layout.storedBytes(PART);
    MultiLayout layout = new MultiLayout(3 * one);
    layout.add(0, new Preamble(false, 1, PART, 0));
    layout.add(2 * one, new Preamble(true, 3, PART, 2 * PART));
    assertThat(layout.beginningAt(0)).isEqualTo(layout.part(1));
    assertThat(layout.beginningAt(2 * one)).isEqualTo(layout.part(3));
    assertThat(layout.beginningAt(one)).isNull();
    assertThat(layout.beginningAt(1)).isNull();
    assertThat(layout.holding(0)).isEqualTo(layout.part(1));
    assertThat(layout.holding(PART - 1)).isEqualTo(layout.part(1));
    assertThat(layout.holding(PART)).isNull();
    assertThat(layout.holding(2 * PART - 1)).isNull();
    assertThat(layout.holding(2 * PART)).isEqualTo(layout.part(3));
    assertThat(layout.holding(3 * PART)).isNull();
  }

  @Test
  void aPartHoldsTheBytesFromItsOffsetToItsEnd() {
    Part placed = new Part(2, 0, 100, 10, false);
    assertThat(placed.holds(99)).isFalse();
    assertThat(placed.holds(100)).isTrue();
    assertThat(placed.holds(109)).isTrue();
    assertThat(placed.holds(110)).isFalse();
    assertThat(new Part(2, 0, Preamble.OFFSET_UNKNOWN, 10, false).holds(5)).isFalse();
  }

  @Test
  void theSamePlaceWithAnotherPartIsRefusedAndTheSamePartIsNot() {
    long one = Layout.storedBytes(PART);
    MultiLayout layout = new MultiLayout(3 * one);
    Preamble second = new Preamble(false, 2, PART, PART);
    layout.add(one, second);
    layout.add(one, second);
    assertThat(refusal(layout, one, new Preamble(false, 2, PART - 1, PART))).isNotNull();
    assertThat(refusal(layout, one + 1, second)).isNotNull();
    assertThat(refusal(layout, one, new Preamble(true, 2, PART, PART))).isNotNull();
    assertThat(layout.part(2)).isEqualTo(new Part(2, one, PART, PART, false));
  }
}
