package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Each type once, not each spelling that is taken. */
  @Test
  void aTypeThatIsNotThereIsNamedWithThoseThatAre() {
    assertThat(new Cli().with("backend_type", "Lokal").run("key", "list").expect(3).err())
        .contains("[AWS, Local, Static, VaultKV2, VaultTransit, memory]", "Write Local");
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

  /** What is nearly a place in a store is refused with the right form, and no file is meant. */
  @ParameterizedTest
  @CsvSource({
    "shop/a b, s3://shop/a b",
    "S3://shop/a, s3://shop/a",
    "s3a://shop/a, s3://shop/a",
    "s3:/shop/a, s3://shop/a",
    "/shop/a, s3://shop/a",
    "s3:///a, s3://a",
    "s3://, s3://BUCKET/KEY",
  })
  void whatIsNearlyAPlaceIsShownAsOne(String given, String meant) {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    for (String[] command : new String[][] {{"which"}, {"cat"}, {"audit"}, {"put", "-"}}) {
      assertThat(cli.run(Cli.words(new String[] {given}, command)).expect(2).err())
          .contains("\"%s\" is no place in a store; write %s\n".formatted(given, meant));
    }
    if (given.startsWith("s3") || given.startsWith("S3")) {
      assertThat(cli.run("inspect", given).expect(2).err()).contains("write " + meant);
    }
  }

  @Test
  void aPlaceThatNamesNoObject() {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    assertThat(cli.run("cat", "s3://shop").expect(2).err()).contains("a bucket and no object");
    assertThat(cli.run("put", "-", "s3://shop/a/").expect(2).err()).contains("s3://shop/a/NAME");
  }

  @Test
  void anEndpointARegionAndAnOptionThatAreNone() {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    cli.run("key", "create", "a").expect(0);
    for (String url : new String[] {"localhost:9000", "store", "ftp://store", "http://a b", "/"}) {
      assertThat(cli.run("ls", "--endpoint-url", url).expect(2).err())
          .contains("\"%s\"".formatted(url), "http://HOST:PORT");
    }
    assertThat(cli.run("ls", "--region", "us east").expect(2).err()).contains("\"us east\"");
    Cli wrong = cli.with("s3.names", "SOME");
    assertThat(wrong.run("which", "s3://shop/a").expect(3).err()).contains("\"SOME\"");
    for (String command : new String[] {"cat", "verify", "rewrap"}) {
      assertThat(wrong.run(command, "s3://shop/a", "--region", "x").expect(3).err())
          .contains("\"SOME\"", "CLAVIGER_S3_");
    }
  }

  @Test
  void aQuestionThatNobodyCanAnswerIsNamed() {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    cli.run("key", "create", "a").expect(0);
    assertThat(cli.run("key", "delete", "a").expect(11).err())
        .contains("In 30 days key \"a\" is destroyed", "repeat it with --yes");
  }

  /** It may be a secret, and what is written here ends up in logs. */
  @Test
  void whatStandsBehindAnOptionThatIsNotKnownIsNotShown() {
    for (String[] given : new String[][] {{"--pass", "hunter2"}, {"--pass=hunter2"}}) {
      assertThat(new Cli().run(Cli.words(given, "key", "export", "b")).expect(2).err())
          .contains("unknown option --pass;")
          .doesNotContain("hunter2");
    }
    assertThat(new Cli().run("key", "export", "b", "hunter2").expect(2).err())
        .contains("1 words too many")
        .doesNotContain("hunter2");
  }

  /** The last one would win, and an object be bound to what nobody meant. */
  @Test
  void aNameThatIsGivenTwiceIsRefused() {
    for (String[] command :
        new String[][] {
          {"encrypt", "--context"},
          {"key", "create", "b", "--tag"},
          {"put", "-", "s3://b/a", "--metadata"}
        }) {
      String option = command[command.length - 1];
      String[] twice = Cli.words(new String[] {"x=1", option, "x=2"}, command);
      assertThat(new Cli().run(twice).expect(2).err()).contains(option + " names \"x\" twice");
      assertThat(new Cli().run(Cli.words(new String[] {"hunter2"}, command)).expect(2).err())
          .contains(option + " takes NAME=VALUE", "no \"=\"")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void aCopyOntoItselfIsNone() {
    Cli cli = Cli.onFolder(folder.resolve("k")).with("default_key_id", "a");
    cli.run("key", "create", "a").expect(0);
    String[] at = {"--region", "x", "--endpoint-url", "http://127.0.0.1:1"};
    for (String target : new String[] {"s3://shop/a/b", "s3://shop/a/"}) {
      assertThat(cli.run(Cli.words(at, "cp", "s3://shop/a/b", target)).expect(5).err())
          .contains("s3://shop/a/b: source and target are the same object");
    }
  }

  /** Of a heap that the caller chose nobody need report anything. */
  @Test
  void aHeapThatIsTooSmallIsASetting() {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    cli.run("key", "create", "a").expect(0);
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    for (String[] command : new String[][] {{"key", "list"}, {"which", "s3://a/b"}}) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      InputStream in = InputStream.nullInputStream();
      assertThat(cli.run(new Shell(in, full, err, Terminal.NONE), command)).isEqualTo(3);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("the heap is too small (Java heap space)", "JAVA_OPTS")
          .doesNotContain("internal error");
    }
  }

  /** What keys in a folder have in place of an outage: the disk, not another machine. */
  @Test
  void aDiskThatFailsIsALocalFile() throws Exception {
    Cli cli = Cli.onFolder(folder.resolve("k"));
    cli.run("key", "create", "a").expect(0);
    String nowhere = folder.resolve("none/bundle").toString();
    String pass = Files.writeString(folder.resolve("pass"), "a passphrase").toString();
    cli.run("key", "export", nowhere, "--passphrase-file", pass).expect(10);
    assertThat(
            LocalFiles.isOfADisk(
                KmsException.of(
                    ErrorKind.UNAVAILABLE, "", new IOException("No space left on device"))))
        .isTrue();
    assertThat(
            LocalFiles.isOfADisk(
                KmsException.of(ErrorKind.UNAVAILABLE, "", new ConnectException("refused"))))
        .isFalse();
  }

  /** A variable that was set for another program must not lead to plaintext unseen. */
  @Test
  void aBucketThatIsLeftAloneIsSaid() {
    Cli cli = Cli.onFolder(folder.resolve("k")).with("s3.exclude_buckets", "shop");
    cli.run("key", "create", "a").expect(0);
    String[] at = {"--region", "x", "--endpoint-url", "http://127.0.0.1:1"};
    assertThat(cli.run(Cli.words(at, "put", "-", "s3://shop/a", "-k", "a")).expect(5).err())
        .contains("CLAVIGER_S3_EXCLUDE_BUCKETS", "leave --key out");
    assertThat(cli.run(Cli.words(at, "put", "-", "s3://other/a")).expect(3).err())
        .contains("no key is named", "CLAVIGER_DEFAULT_KEY_ID");
  }
}
