package io.claviger.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** BouncyCastle ahead of the JDK's engine is slow: one warning says what that costs. */
class SlowEngineTest {
  @Test
  void aSlowEngineIsWarnedOfOnce() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                SlowEngine.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("done").containsOnlyOnce("is served by BC, which is some fifty");
  }
}
