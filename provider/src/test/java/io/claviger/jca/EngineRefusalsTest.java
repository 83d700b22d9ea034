package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines that lack an algorithm or refuse a key: checked exceptions, whatever they throw. */
class EngineRefusalsTest {
  static Stream<String> homes() {
    return ChildJvm.homes().stream();
  }

  /** In a process of its own, whose providers are taken away. */
  @ParameterizedTest
  @MethodSource("homes")
  void whatAnEngineLacksOrRefusesIsAChecked(String home) throws Exception {
    String said =
        ChildJvm.java(
            home,
            List.of("-cp", ChildJvm.CLASS_PATH, "-Dclaviger.warm_up=false"),
            EngineRefusals.class.getName());
    assertThat(said)
        .contains("wrap without an engine: InvalidKeyException")
        .contains("mac without an engine: InvalidKeyException")
        .contains("mac with a refused key: InvalidKeyException")
        .contains("wrap that an engine refuses: InvalidKeyException")
        .contains("done");
  }
}
