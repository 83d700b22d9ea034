package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.format.Layout;
import io.claviger.s3.RangePlan.Slice;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangePlanTest {
  private static final int SEGMENT = Layout.SEGMENT_PLAIN_BYTES;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-3",
        "bytes=0-1,4-5",
        "bytes=a-b",
        "items=0-1",
        "bytes=0-1-2",
        "bytes=+1-2",
        "bytes==0-1",
        "0-1"
      })
  void whatS3IgnoresIsIgnored(String header) {
    assertThat(RangePlan.parse(header)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, bytes=98-71937",
    "bytes=0-65535, bytes=98-71937",
    "bytes=0-65536, bytes=98-137505",
    "bytes=65535-65536, bytes=98-131235",
    "bytes=65536-65536, bytes=65666-137505",
    "bytes=0-, bytes=98-",
    "bytes=65536-, bytes=65666-",
    "bytes=-1, bytes=-71840",
    "bytes=-2, bytes=-131138",
    "bytes=-65537, bytes=-137408",
    "bytes=-65538, bytes=-196704",
    "bytes=-0, bytes=-0",
    "BYTES = 7 - 9, bytes=98-71937"
  })
  void theStoredBytesAskedFor(String asked, String stored) {
    assertThat(plan(asked).storedHeader(false)).isEqualTo(stored);
  }

  @Test
  void numbersBeyondAnyObjectDoNotOverflow() {
    String huge = "9".repeat(40);
    assertThat(plan("bytes=" + huge + "-").within(10)).isNull();
    assertThat(plan("bytes=3-" + huge).within(10)).isEqualTo(new Slice(3, 9));
    assertThat(plan("bytes=-" + huge).within(10)).isEqualTo(new Slice(0, 9));
    for (String range : new String[] {huge + "-", "3-" + huge, "-" + huge, huge + "-" + huge}) {
      assertThat(plan("bytes=" + range).storedHeader(true)).matches("bytes=\\d*-\\d*");
    }
  }

  @Property
  void theFetchedBytesCoverTheRangeAndAtMostTwoSegmentsMore(
      @ForAll("sizes") long plainBytes, @ForAll("offsets") long a, @ForAll("offsets") long b) {
    long first = Math.min(a, b);
    long last = Math.max(a, b);
    for (String header :
        new String[] {"bytes=" + first + "-" + last, "bytes=" + first + "-", "bytes=-" + b}) {
      RangePlan plan = plan(header);
      Slice slice = plan.within(plainBytes);
      assertThat(slice).as(header).isEqualTo(model(header, plainBytes, first, last, b));
      if (slice == null) {
        continue;
      }
      long storedBytes = Layout.storedBytes(plainBytes);
      Slice fetched = plan(plan.storedHeader(false)).within(storedBytes);
      long needed = slice.storedLast(plainBytes) - slice.storedFirst() + 1;
      assertThat(fetched.first()).isLessThanOrEqualTo(slice.storedFirst());
      assertThat(fetched.last()).isGreaterThanOrEqualTo(slice.storedLast(plainBytes));
      long asked = header.startsWith("bytes=-") ? b : last - first + 1;
      long more = 32 * (slice.bytes() / SEGMENT + 2);
      assertThat(fetched.bytes())
          .isLessThanOrEqualTo(
              Math.max(asked, slice.bytes()) + 2L * Layout.SEGMENT_STORED_BYTES + more);
      assertThat(needed).isLessThanOrEqualTo(fetched.bytes());
    }
  }

  @Property
  void theFetchedBytesCoverAPlaintextObjectTooWhereTheseAreAllowed(
      @ForAll("sizes") long bytes, @ForAll("offsets") long a, @ForAll("offsets") long b) {
    for (String header :
        new String[] {
          "bytes=" + Math.min(a, b) + "-" + Math.max(a, b), "bytes=" + a + "-", "bytes=-" + b
        }) {
      RangePlan plan = plan(header);
      Slice wanted = plan.within(bytes);
      Slice fetched = plan(plan.storedHeader(true)).within(bytes);
      if (wanted != null) {
        assertThat(fetched.first()).as(header).isLessThanOrEqualTo(wanted.first());
        assertThat(fetched.last()).as(header).isGreaterThanOrEqualTo(wanted.last());
      }
    }
  }

  private static Slice model(String header, long size, long first, long last, long suffix) {
    if (header.startsWith("bytes=-")) {
      long count = Math.min(size, suffix);
      return count == 0 ? null : new Slice(size - count, size - 1);
    }
    long end = header.endsWith("-") ? size - 1 : Math.min(last, size - 1);
    return first >= size ? null : new Slice(first, end);
  }

  private static RangePlan plan(String header) {
    RangePlan plan = RangePlan.parse(header);
    assertThat(plan).as(header).isNotNull();
    return plan;
  }

  @Provide
  Arbitrary<Long> sizes() {
    return around(0, 1, SEGMENT, 2L * SEGMENT, 100L * SEGMENT);
  }

  @Provide
  Arbitrary<Long> offsets() {
    return around(0, 1, SEGMENT, 2L * SEGMENT, 3L * SEGMENT, 100L * SEGMENT);
  }

  private static Arbitrary<Long> around(long... places) {
    Arbitrary<Long> near =
        Arbitraries.of(java.util.Arrays.stream(places).boxed().toList())
            .flatMap(p -> Arbitraries.longs().between(Math.max(0, p - 3), p + 3));
    return Arbitraries.oneOf(near, Arbitraries.longs().between(0, 10L * SEGMENT));
  }
}
