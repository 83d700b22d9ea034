package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application server that stops an application gets its classes back. */
class LetGoTest {
  static Stream<String> homes() {
    return ChildJvm.homes().stream();
  }

  @ParameterizedTest
  @MethodSource("homes")
  void theClassLoaderIsLetGoAfterTheStop(String home) throws Exception {
    String said = ChildJvm.java(home, List.of("-cp", ChildJvm.CLASS_PATH), LetGo.class.getName());
    assertThat(said).contains("let go");
  }
}
