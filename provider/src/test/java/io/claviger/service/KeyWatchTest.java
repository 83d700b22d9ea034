package io.claviger.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.KeyState;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a look finds while the key changes, or is seen by other means. */
class KeyWatchTest {
  private final AtomicLong nanos = new AtomicLong(5);
  private final AtomicInteger looks = new AtomicInteger();
  private Function<String, KeyState> look = id -> KeyState.ENABLED;
  private final KeyWatch watch =
      new KeyWatch(
          false,
          nanos::get,
          id -> {
            looks.incrementAndGet();
            return look.apply(id);
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
          watch.saw(id, KeyState.DISABLED);
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
}
