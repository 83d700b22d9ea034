package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.Pattern;
import io.claviger.e2e.env.S3Server;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * More than the heap, through pipes: {@code build/it cli.StreamIT -De2e.cli.mib=10240} moves 10 GiB
 * through 64 MiB of heap.
 */
class StreamIT {
  private static final long BYTES = Long.getLong("e2e.cli.mib", 192) << 20;

  /**
   * It takes longer to join more than a client waits, and loses parts when asked again meanwhile.
   */
  private static final long MOST_OF_LOCALSTACK = 1L << 30;

  @TempDir Path folder;

  private Claviger small() {
    return Claviger.onFolder(folder.resolve("keys"))
        .with("CLAVIGER_DEFAULT_KEY_ID", "a")
        .option("-Xmx64m");
  }

  /** Feeds the first process, reads the last one, and compares what comes out. */
  private static void through(List<ProcessBuilder> builders) throws Exception {
    builders.forEach(b -> b.redirectError(ProcessBuilder.Redirect.INHERIT));
    List<Process> line = ProcessBuilder.startPipeline(builders);
    Thread feeding =
        new Thread(
            () -> {
              try (OutputStream in = line.get(0).getOutputStream();
                  InputStream source = new Pattern(BYTES)) {
                source.transferTo(in);
              } catch (java.io.IOException e) {
                // the process ended: its status says why
              }
            });
    feeding.start();
    try (InputStream out = line.get(line.size() - 1).getInputStream()) {
      assertThat(Pattern.firstDifference(out, 0, BYTES)).isEqualTo(-1);
    }
    feeding.join();
    for (Process process : line) {
      assertThat(Claviger.exit(process)).isZero();
    }
  }

  @Test
  void aPipeIsSealedAndOpened() throws Exception {
    small().run("key", "create", "a").expect(0);
    through(List.of(small().process("encrypt"), small().process("decrypt")));
  }

  @ParameterizedTest
  @EnumSource
  void aPipeBecomesAnObjectAndComesBack(S3Server server) throws Exception {
    long bytes = server == S3Server.LOCALSTACK ? Math.min(BYTES, MOST_OF_LOCALSTACK) : BYTES;
    String bucket = "stream-" + ProcessHandle.current().pid();
    E2e.bucket(server, bucket);
    small().run("key", "create", "a").expect(0);
    String place = "s3://" + bucket + "/object";
    ProcessBuilder put = small().over(server.http()).process("put", "-", place);
    Process up = put.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (OutputStream in = up.getOutputStream();
        InputStream source = new Pattern(bytes)) {
      source.transferTo(in);
    }
    assertThat(Claviger.exit(up)).isZero();
    ProcessBuilder cat = small().over(server.http()).process("cat", place);
    Process down = cat.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = down.getInputStream()) {
      assertThat(Pattern.firstDifference(out, 0, bytes)).isEqualTo(-1);
    }
    assertThat(Claviger.exit(down)).isZero();
  }
}
