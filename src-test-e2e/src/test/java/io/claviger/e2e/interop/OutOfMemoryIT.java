package io.claviger.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Failure 2: a GET of 60 MiB ends in an OutOfMemoryError with a heap of 128 MiB. */
@EveryServer
class OutOfMemoryIT {
  private static final String BUCKET = "interop-heap";

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  @Test
  void theirsRunsOutOfMemory() throws Exception {
    try (S3Client theirs = Both.theirs(server.http(), b -> {})) {
      theirs.putObject(
          b -> b.bucket(BUCKET).key("theirs"), RequestBody.fromBytes(new byte[60 << 20]));
    }
    assertThat(child("theirs", 128)).contains("OutOfMemoryError").doesNotContain("read ");
  }

  @Test
  void oursWritesAndReadsItInHalf() throws Exception {
    assertThat(child("ours", 64)).contains("read 62914560").doesNotContain("OutOfMemoryError");
  }

  private String child(String whose, int heapMib) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMib + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                OutOfMemoryChild.class.getName(),
                server.http().toString(),
                BUCKET,
                whose)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
