package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An error is one sentence on standard error that says what to do. */
class ErrorsTest {
  @TempDir private Path folder;

  @Test
  void theCommandLineIsWrong() {
    assertThat(new Cli().run().expect(2).err())
        .isEqualTo("claviger: a command is missing; \"claviger help\" lists them\n");
    assertThat(new Cli().run("key", "crate").expect(2).err())
        .contains("crate", "\"claviger help key\" shows the form");
    assertThat(new Cli().run("key").expect(2).err()).contains("claviger help key");
    assertThat(new Cli().run("key", "folder").expect(2).err()).contains("claviger help key folder");
    assertThat(new Cli().run("key", "describe").expect(2).err()).contains("ID");
    assertThat(new Cli().run("help", "nothing").expect(2).err()).contains("\"nothing\"");
  }

  @Test
  void theConfigurationIsMissing() {
    Cli none = new Cli().with("key_dir", "");
    assertThat(none.run("key", "list").expect(3).err())
        .contains("backend_type")
        .doesNotContain("\tat ");
  }

  @Test
  void thePassphraseIsWrongAndNotShown() {
    Cli.onFolder(folder.resolve("k")).run("key", "create", "a").expect(0);
    String said =
        Cli.onFolder(folder.resolve("k"))
            .with("master_key", "wrong-secret-text")
            .run("key", "list", "--debug")
            .expect(3)
            .err();
    assertThat(said).contains("passphrase").doesNotContain("wrong-secret-text");
  }

  @Test
  void aStackTraceIsShownWithDebugOnly() {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    assertThat(cli.run("key", "list").expect(3).err()).doesNotContain("\tat ");
    assertThat(cli.run("key", "list", "--debug").expect(3).err()).contains("\tat io.claviger.");
    assertThat(cli.run("--debug", "key", "list").expect(3).err()).contains("\tat io.claviger.");
  }

  /** No store is asked: listing a bucket may take an hour. */
  @Test
  void pricesAreReadBeforeAnythingIsListed() {
    Cli.Result wrong =
        new Cli()
            .run(
                "audit",
                "s3://b",
                "--dry-run",
                "--prices",
                "1,2",
                "--endpoint-url",
                "http://127.0.0.1:1");
    assertThat(wrong.expect(2).err()).contains("1,2", "write four numbers");
  }

  @Test
  void aNameMayBeginWithAnAtSign() {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    cli.run("key", "create", "@home").expect(0);
    assertThat(cli.run("key", "list").expect(0).out()).contains("@home");
  }
}
