package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.KeyState;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a look finds while the key changes, or is seen by other means. */
class KeyWatchTest {
  private final AtomicLong nanos = new AtomicLong(5);
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger version = new AtomicInteger(1);
  private Function<String, KeyState> look = id -> KeyState.ENABLED;
  private final KeyWatch watch =
      new KeyWatch(
          false,
          nanos::get,
          id -> {
            looks.incrementAndGet();
            return new RecentKey(look.apply(id), version.get(), "stamp-" + version);
          },
          Runnable::run);

  @Test
  void whatALookFoundWhileTheKeyChangedIsNotKept() {
    look =
        id -> {
          watch.forget(id);
          return KeyState.ENABLED;
        };
    assertThat(watch.stateOf("k")).as("asked before the change").isEqualTo(KeyState.ENABLED);
    look = id -> KeyState.DISABLED;
    assertThat(watch.stateOf("k")).isEqualTo(KeyState.DISABLED);
    assertThat(watch.stateOf("k")).isEqualTo(KeyState.DISABLED);
    assertThat(looks).hasValue(2);
  }

  @Test
  void aLaterSightStaysWhereALookThatBeganBeforeItEnds() {
    look =
        id -> {
          nanos.incrementAndGet();
          watch.saw(id, new RecentKey(KeyState.DISABLED, 1, null));
          return KeyState.ENABLED;
        };
    assertThat(watch.stateOf("k")).as("asked before it").isEqualTo(KeyState.ENABLED);
    assertThat(watch.stateOf("k")).isEqualTo(KeyState.DISABLED);
    assertThat(looks).hasValue(1);
  }

  @Test
  void aUseWhoseStateIsNotKnownServesReadersAndNoQuestionForTheState() {
    watch.sawUse("k");
    watch.require("k");
    assertThat(looks).hasValue(0);
    assertThat(watch.stateOf("k")).isEqualTo(KeyState.ENABLED);
    assertThat(looks).hasValue(1);
    watch.sawUse("k");
    assertThat(watch.stateOf("k")).as("the known state stays").isEqualTo(KeyState.ENABLED);
    assertThat(looks).hasValue(1);
  }

  /** What was remembered of a version goes by when it was seen, not by when the key was used. */
  @Test
  void aVersionIsSeenNowWithinASecond() {
    assertThat(watch.seenNow("k").currentVersion()).isEqualTo(1);
    version.set(2);
    nanos.addAndGet(KeyWatch.OLDEST_STRICT.toNanos() - 1);
    assertThat(watch.seenNow("k").currentVersion()).isEqualTo(1);
    watch.sawEnabled("k");
    nanos.incrementAndGet();
    watch.sawEnabled("k");
    assertThat(watch.seen("k").currentVersion()).as("a short while ago").isEqualTo(1);
    assertThat(watch.seen("k").stamp()).as("of the same sight").isEqualTo("stamp-1");
    assertThat(watch.seenNow("k").currentVersion()).isEqualTo(2);
    assertThat(watch.seen("k").stamp()).isEqualTo("stamp-2");
    assertThat(looks).hasValue(2);
  }

  /** A reader goes on with what it knows, a caller that needs the present is refused. */
  @Test
  void aLookThatFailsIsNoSightOfNow() {
    watch.seenNow("k");
    nanos.addAndGet(KeyWatch.OLDEST_STRICT.toNanos());
    look =
        id -> {
          throw TroubledFactory.down();
        };
    assertThat(watch.stateOf("k")).isEqualTo(KeyState.ENABLED);
    assertThatThrownBy(() -> watch.seenNow("k")).hasMessageContaining("away");
  }
}
