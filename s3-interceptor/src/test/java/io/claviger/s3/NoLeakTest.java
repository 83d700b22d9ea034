package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that are refused, or asked for again, in a JVM of their own whose Netty follows every
 * buffer: none is lost.
 */
class NoLeakTest {
  private static final List<String> FOLLOWED =
      List.of("-Xmx512m", "-Dio.netty.leakDetection.level=paranoid");

  @ParameterizedTest
  @ValueSource(strings = {"refused", "cold"})
  void noBufferOfAnAnswerIsLost(String what) {
    ChildJvm.Done done = ChildJvm.run(MockStore.sharedWith(FOLLOWED), LeakRun.class, what);
    assertThat(done.exitCode()).as(done.output()).isZero();
    assertThat(done.output()).contains(LeakRun.ANSWERS + ", leaks: 0");
  }

  /** What is found must be found: an interceptor beside ours that throws in an answer. */
  @Test
  void whoThrowsLosesBuffers() {
    ChildJvm.Done done = ChildJvm.run(MockStore.sharedWith(FOLLOWED), LeakRun.class, "thrown");
    assertThat(done.exitCode()).as(done.output()).isZero();
    assertThat(done.output()).contains(LeakRun.ANSWERS + ", leaks: ").doesNotContain("leaks: 0");
  }
}
