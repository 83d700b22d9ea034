package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentReadsTest {
  private final AtomicLong now = new AtomicLong();
  private final RecentReads<String> reads = new RecentReads<>(now::get);

  @Test
  void aReadingIsFreshForLessThanASecond() {
    reads.keep("k", "a", 1, now.get());
    now.set(RecentReads.MOST_AGE.toNanos() - 1);
    assertThat(reads.isFresh(reads.last("k"))).isTrue();
    now.incrementAndGet();
    assertThat(reads.isFresh(reads.last("k"))).isFalse();
    assertThat(RecentReads.MOST_AGE).isLessThan(java.time.Duration.ofSeconds(1));
  }

  @Test
  void aLateReadingOfAnOlderVersionChangesNothing() {
    reads.keep("k", "b", 2, 10);
    reads.keep("k", "a", 1, 20);
    assertThat(reads.last("k").value()).isEqualTo("b");
    reads.forget("k");
    reads.keep("k", "a", 1, 30);
    assertThat(reads.last("k")).as("not even when the newer was forgotten").isNull();
    assertThat(reads.highest("k")).isEqualTo(2);
    reads.forgetAll("k");
    assertThat(reads.highest("k")).isZero();
  }

  @Test
  void ofTwoReadingsOfOneVersionTheYoungerCounts() {
    reads.keep("k", "a", 1, 20);
    reads.keep("k", "a", 1, 10);
    assertThat(reads.last("k").checkedNanos()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"orders", "a b", "a..b", "ü", "a+b%2Fc", "*", ".", "..", "...", "../x", "x.y-z_1"})
  void everyIdIsOnePlainSegment(String id) {
    String name = KvNames.of(id);
    assertThat(name).matches("[A-Za-z0-9.*_+%-]+").doesNotContain("..", "/").isNotEqualTo(".");
    assertThat(KvNames.idOf(name)).isEqualTo(id);
  }
}
