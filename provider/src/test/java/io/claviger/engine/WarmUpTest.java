package io.claviger.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Whether it begins at first use is shown in processes of their own by {@code RegistrationTest}.
 */
class WarmUpTest {
  @Test
  void runsOnADaemonThreadAndEnds() throws Exception {
    Thread thread = WarmUp.beginUnlessOff(null, null).orElseThrow();
    assertThat(thread.isDaemon()).isTrue();
    thread.join();
    assertThat(thread.getState()).isEqualTo(Thread.State.TERMINATED);
  }

  @Test
  void aSettingSwitchesItOffAndThePropertyWins() {
    assertThat(WarmUp.beginUnlessOff("false", null)).isEmpty();
    assertThat(WarmUp.beginUnlessOff(null, "FALSE")).isEmpty();
    assertThat(WarmUp.beginUnlessOff("false", "true")).isEmpty();
    assertThat(WarmUp.beginUnlessOff("true", "false")).isPresent();
  }
}
