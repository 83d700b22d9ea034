package io.claviger.s3.internal.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.format.Layout;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.stored.RangePlan.Stored;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangePlanTest {
  private static final BigInteger TEN_18 = BigInteger.TEN.pow(18);
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
    "bytes=0-0, bytes=0-71937",
    "bytes=0-65535, bytes=0-71937",
    "bytes=0-65536, bytes=0-137505",
    "bytes=65535-65536, bytes=0-131235",
    "bytes=65536-65536, bytes=65666-137505",
    "bytes=0-, bytes=0-",
    "bytes=65536-, bytes=65666-",
    "bytes=-1, bytes=-71840",
    "bytes=-2, bytes=-131138",
    "bytes=-65537, bytes=-137408",
    "bytes=-65538, bytes=-196704",
    "bytes=-0, bytes=-0",
    "BYTES = 7 - 9, bytes=0-71937"
  })
  void theStoredBytesAskedFor(String asked, String stored) {
    assertThat(plan(asked).storedHeader(false)).isEqualTo(stored);
  }

  /** Where the parts are of 8 MiB, and where an object of one part has the same bytes. */
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 8388608, bytes=0-71937",
    "bytes=8388607-8388607, 8388608, bytes=8327234-8399073",
    "bytes=8388608-8388608, 8388608, bytes=8392802-8464641",
    "bytes=20000000-20000000, 8388608, bytes=19998338-20070177",
    "bytes=8388608-8454143, 8388608, bytes=8392802-8464641",
    "bytes=8388608-, 8388608, bytes=8392802-",
    "bytes=-5, 8388608, bytes=-131141",
    "bytes=5000000-5000009, 5000000, bytes=4983266-5068227"
  })
  void withAPartSizeThatIsSupposed(String asked, long partBytes, String stored) {
    RangePlan plan = plan(asked);
    String header = plan.storedHeader(false, partBytes);
    assertThat(header).isEqualTo(stored);
  }

  /** The forms of the fields as RFC 9110 section 14 and S3 have them, said in another way. */
  @Property
  void whateverIsWrittenIsReadAsTheFormsSay(@ForAll("rangeLike") String header) {
    Matcher form =
        Pattern.compile("(?i)[ \\t]*bytes[ \\t]*=[ \\t]*(\\d*)[ \\t]*-[ \\t]*(\\d*)[ \\t]*")
            .matcher(header);
    boolean none = !form.matches() || form.group(1).isEmpty() && form.group(2).isEmpty();
    Slice all = new Slice(0, 1_000);
    Slice wanted = null;
    if (!none && form.group(1).isEmpty()) {
      long count = Math.min(1_001, new BigInteger(form.group(2)).min(TEN_18).longValue());
      wanted = count == 0 ? null : new Slice(1_001 - count, 1_000);
    } else if (!none) {
      long first = new BigInteger(form.group(1)).min(TEN_18).longValue();
      String end = form.group(2);
      long last = end.isEmpty() ? 1_000 : new BigInteger(end).min(TEN_18).longValue();
      none = !end.isEmpty() && first > last;
      wanted = first > 1_000 ? null : new Slice(first, Math.min(1_000, last));
    }
    RangePlan plan = RangePlan.parse(header);
    assertThat(plan == null).as(header).isEqualTo(none);
    assertThat(plan == null ? all : plan.within(1_001)).as(header).isEqualTo(none ? all : wanted);
  }

  @Provide
  Arbitrary<String> rangeLike() {
    Arbitrary<String> any =
        Arbitraries.of(
                "bytes",
                "BYTES",
                "byte",
                "=",
                "-",
                " ",
                "\t",
                ",",
                "0",
                "7",
                "999",
                "1000",
                "+",
                "x",
                "1001",
                "00012",
                "12345678901234567890",
                "\u0663")
            .list()
            .ofMaxSize(8)
            .map(parts -> String.join("", parts));
    Arbitrary<String> near = any.map(text -> "bytes=" + text);
    return Arbitraries.oneOf(any, near);
  }

  @Property
  void whatTheStoreSaysIsReadAsItsFormSays(@ForAll("contentRangeLike") String header) {
    Matcher form =
        Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})").matcher(header);
    Stored expected = null;
    if (form.matches()) {
      long first = Long.parseLong(form.group(1));
      long last = Long.parseLong(form.group(2));
      long total = Long.parseLong(form.group(3));
      expected = first <= last && last < total ? new Stored(first, last, total) : null;
    }
    assertThat(Stored.parse(header)).as(header).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> contentRangeLike() {
    Arbitrary<String> number =
        Arbitraries.of(
            "", "0", "5", "007", "9", "999999999999999999", "1000000000000000000", "*", "-1");
    return Combinators.combine(
            Arbitraries.of("bytes ", "bytes", "Bytes ", "bytes  ", ""),
            number,
            Arbitraries.of("-", "--", "/", ""),
            number,
            Arbitraries.of("/", "-", "//", ""),
            number,
            Arbitraries.of("", "", "", " ", "/"))
        .as(
            (unit, first, dash, last, slash, total, end) ->
                unit + first + dash + last + slash + total + end);
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
              Math.max(asked, slice.bytes())
                  + 2L * Layout.SEGMENT_STORED_BYTES
                  + Layout.PROLOGUE_BYTES
                  + more);
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
