package io.claviger.e2e.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Memory is bounded whatever the size: -De2e.heap.mib=1024 moves a whole GiB by one PUT,
 * -De2e.parts.mib=5120 moves 5 GiB in parts.
 */
class SmallHeapIT {
  @ParameterizedTest
  @EnumSource
  void anObjectLargerThanTheHeapGoesUpAndDown(S3Server server)
      throws IOException, InterruptedException {
    String mib = System.getProperty("e2e.heap.mib", "256");
    run(SmallHeap.class, "-Xmx64m", server, mib);
  }

  @ParameterizedTest
  @EnumSource
  void anUploadInPartsLargerThanTheHeapGoesUpAndDown(S3Server server)
      throws IOException, InterruptedException {
    String mib = System.getProperty("e2e.parts.mib", "512");
    run(SmallHeapParts.class, "-Xmx128m", server, mib);
  }

  private static void run(Class<?> program, String heap, S3Server server, String mib)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                server.http().toString(),
                mib)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("first difference: -1");
    System.out.print(output);
  }
}
