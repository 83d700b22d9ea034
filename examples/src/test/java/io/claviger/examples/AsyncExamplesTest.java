package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs the examples of asynchronous clients as they stand. */
class AsyncExamplesTest {
  /** A main method. */
  private interface Main {
    void run() throws Exception;
  }

  private static String outputOf(Main main) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      main.run();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void async() throws Exception {
    assertThat(outputOf(() -> S3Async.main(new String[0])))
        .contains("sealed 20 objects at once")
        .contains("a range: letter")
        .contains("in the store: CLVG");
  }

  @Test
  void transferManager() throws Exception {
    assertThat(outputOf(() -> S3TransferManager.main(new String[0])))
        .contains("100 %")
        .contains("failed: 0")
        .contains("file-0: in the store CLVG, came back the same: true")
        .contains("file-3: in the store CLVG, came back the same: true");
  }
}
