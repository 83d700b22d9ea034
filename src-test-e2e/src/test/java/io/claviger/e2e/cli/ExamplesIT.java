package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The four examples of docs/cli.md, as they stand, by a shell that knows nothing else. */
class ExamplesIT {
  private static final List<String> SECTIONS =
      List.of(
          "Example 1: a key, and a file sealed with it",
          "Example 2: an object",
          "Example 3: keys to another machine, or back from a backup",
          "Example 4: find what is not sealed, and seal it");

  @ParameterizedTest
  @EnumSource
  void thePageHoldsWhatItSays(S3Server server) throws Exception {
    String bucket = "shop-" + ProcessHandle.current().pid();
    E2e.bucket(server, bucket);
    Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "cli-examples");
    Path page = home.resolve("page.md");
    Files.writeString(
        page,
        Files.readString(Path.of("../docs/cli.md"))
            .replace("http://127.0.0.1:9090", server.http().toString())
            .replace(
                "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=testtest",
                "AWS_ACCESS_KEY_ID=claviger AWS_SECRET_ACCESS_KEY=claviger-e2e")
            .replace("s3://shop", "s3://" + bucket)
            .replace("EXCLUDE_BUCKETS=shop", "EXCLUDE_BUCKETS=" + bucket));
    ProcessBuilder walk = new Claviger().process();
    List<String> command = walk.command();
    command.clear();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            Path.of("../examples/src/test/java/io/claviger/examples/Walk.java").toString(),
            page.toString(),
            home.resolve("work").toString()));
    command.addAll(SECTIONS);
    walk.environment().put("HOME", home.toString());
    walk.environment()
        .put("PATH", Claviger.script().getParent() + File.pathSeparator + System.getenv("PATH"));
    Path said = home.resolve("said");
    Process process = walk.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(Claviger.exit(process)).as(Files.readString(said)).isZero();
    assertThat(home.resolve("work/second audit/report.csv")).exists();
  }
}
