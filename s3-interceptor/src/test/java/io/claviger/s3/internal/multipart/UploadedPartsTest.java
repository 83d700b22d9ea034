package io.claviger.s3.internal.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.format.Preamble;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

class UploadedPartsTest {
  private final UploadedParts lengths = new UploadedParts();

  private long begin(int number, long plainBytes) {
    return lengths.begin("s3://b/k", number, plainBytes);
  }

  @Test
  void anOffsetIsKnownWhenAllPartsBeforeWereSeen() {
    assertThat(begin(1, 10)).isZero();
    assertThat(begin(3, 30)).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertThat(begin(2, 20)).isEqualTo(10);
    assertThat(begin(4, 40)).isEqualTo(60);
    assertThat(begin(10_000, 1)).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertThat(lengths.contradicted(number -> number * 10L, 4)).isEmpty();
    assertThat(lengths.contradicted(number -> 10, 4)).hasValue(2);
  }

  @Test
  void aLengthThatNothingWasBuiltOnIsForgottenWhenThePartFails() {
    begin(1, 10);
    lengths.failed(1);
    assertThat(begin(1, 11)).isZero();
    begin(2, 20);
    lengths.failed(1);
    assertThat(catchThrowable(() -> begin(1, 12))).hasMessageContaining("11 bytes before");
    lengths.failed(2);
    assertThat(begin(2, 21)).isEqualTo(11);
  }

  @Test
  void aStoredPartKeepsItsLength() {
    begin(1, 10);
    lengths.stored(1, "\"one\"");
    lengths.failed(1);
    assertThat(catchThrowable(() -> begin(1, 11))).hasMessageContaining("same content only");
    assertThat(begin(1, 10)).isZero();
  }

  @Test
  void theTotalIsKnownWhenEveryListedPartWasAnsweredHereWithItsETag() {
    begin(2, 20);
    begin(1, 10);
    lengths.stored(1, "\"one\"");
    assertThat(lengths.total(List.of("one", "two"))).isEqualTo(Preamble.OFFSET_UNKNOWN);
    lengths.stored(2, "two");
    assertThat(lengths.total(List.of("one", "\"two\""))).isEqualTo(30);
    assertThat(lengths.total(List.of("one"))).isEqualTo(10);
    assertThat(lengths.total(List.of("one", "another"))).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertThat(lengths.total(List.of("one", "two", "three"))).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertThat(lengths.total(java.util.Arrays.asList("one", null)))
        .isEqualTo(Preamble.OFFSET_UNKNOWN);
    begin(3, 30);
    lengths.stored(3, "");
    assertThat(lengths.total(List.of("one", "two", ""))).isEqualTo(Preamble.OFFSET_UNKNOWN);
  }

  @Test
  void everyLengthThatIsKnownIsHeldAgainstTheList() {
    begin(3, 30);
    begin(1, 10);
    assertThat(lengths.contradicted(number -> number * 10L, 3)).isEmpty();
    assertThat(lengths.contradicted(number -> number == 3 ? 29 : number * 10L, 3)).hasValue(3);
    assertThat(lengths.contradicted(number -> number == 2 ? 7 : number * 10L, 3)).isEmpty();
  }

  @Test
  void behindTheClosingPartNothingBegins() {
    begin(1, 10);
    lengths.close();
    assertThat(catchThrowable(() -> begin(1, 10))).hasMessageContaining("closes the upload");
  }

  /** Whatever comes in whatever order: an offset that was given stays the sum of what is noted. */
  @Property(tries = 500)
  void offsetsStayTrue(
      @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 6) Integer> numbers,
      @ForAll @Size(min = 40, max = 40) List<@IntRange(max = 5) Integer> seeds) {
    UploadedParts any = new UploadedParts();
    Map<Integer, Long> given = new HashMap<>();
    for (int i = 0; i < numbers.size(); i++) {
      int number = numbers.get(i);
      if (seeds.get(i) == 0) {
        any.failed(number);
        continue;
      }
      try {
        long offset = any.begin("", number, seeds.get(i));
        Statistics.collect(offset == Preamble.OFFSET_UNKNOWN ? "unknown" : "given");
        if (offset != Preamble.OFFSET_UNKNOWN) {
          given.put(number, offset);
        }
      } catch (ClavigerS3Exception refused) {
        assertThat(any.noted(number)).isNotEqualTo((long) seeds.get(i));
        Statistics.collect("refused");
      }
    }
    Statistics.coverage(
        c -> {
          c.check("given").percentage(p -> p > 1);
          c.check("unknown").percentage(p -> p > 1);
          c.check("refused").percentage(p -> p > 1);
        });
    given.forEach(
        (number, offset) -> {
          long sum = 0;
          for (int before = 1; before < number; before++) {
            sum += any.noted(before);
          }
          assertThat(offset).isEqualTo(sum);
        });
  }
}
