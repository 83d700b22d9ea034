package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Runs the example of multipart uploads as it stands. */
class S3MultipartTest {
  @Test
  void twoProcessesUploadOneObject() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      S3Multipart.main(new String[0]);
    } finally {
      System.setOut(before);
    }
    String output = bytes.toString(StandardCharsets.UTF_8);
    assertThat(output).contains("read back: 5 parts, every byte as it was");
    assertThat(
            output
                .lines()
                .filter(line -> line.startsWith("process "))
                .map(line -> line.split(":")[0])
                .collect(Collectors.toSet()))
        .hasSize(2);
  }
}
