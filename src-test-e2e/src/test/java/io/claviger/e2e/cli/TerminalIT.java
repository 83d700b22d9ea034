package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real pseudo-terminal, by the {@code script} of util-linux, and somebody who types. */
class TerminalIT {
  @TempDir Path folder;

  @BeforeEach
  void aKey() throws Exception {
    cli().run("key", "create", "a").expect(0);
  }

  private Claviger cli() {
    return Claviger.onFolder(folder.resolve("keys"))
        .over(S3Server.MINIO.http())
        .with("CLAVIGER_DEFAULT_KEY_ID", "a");
  }

  /** Runs a command with all three streams on a terminal where {@code typed} is typed. */
  private Claviger.Result typing(String typed, String... args) throws Exception {
    ProcessBuilder command = cli().process(args);
    StringBuilder line = new StringBuilder();
    command.command().forEach(word -> line.append('\'').append(word).append("' "));
    command.command(List.of("script", "-qec", line.toString(), "/dev/null"));
    Path out = folder.resolve("screen");
    Process process = command.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try (OutputStream keyboard = process.getOutputStream()) {
      int asked = 0;
      for (String each : typed.isEmpty() ? new String[0] : typed.split("(?<=\n)")) {
        asked++;
        int wanted = asked;
        Claviger.await(process, out, () -> questions(out) >= wanted);
        keyboard.write(each.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
      }
      int status = Claviger.exit(process);
      return new Claviger.Result(status, Files.readAllBytes(out), "");
    }
  }

  /** A job's line is there at its end at the latest; in a pipe there is none. */
  @Test
  void objectsAndJobs() throws Exception {
    String bucket = "terminal-" + ProcessHandle.current().pid();
    E2e.bucket(S3Server.MINIO, bucket);
    String place = "s3://" + bucket;
    Path file = Files.writeString(folder.resolve("a letter"), "Dear Ada\n");
    typing("", "put", file.toString(), place + "/a").expect(0);
    assertThat(typing("n\n", "cp", place + "/a", file.toString()).expect(11).out())
        .contains("a letter is there and would be replaced. Go on? [y/N]");
    assertThat(typing("", "ls", place).expect(0).out()).contains("\u001b[1mMODIFIED");
    assertThat(typing("", "doctor", place).expect(0).out()).contains("\u001b[32mok");
    for (String job : new String[] {"audit", "verify", "rewrap"}) {
      String state = folder.resolve(job).toString();
      assertThat(typing("", job, place, "--folder", state).expect(0).out())
          .contains("\r\u001b[K" + job + ": 1 units: ");
      assertThat(cli().run(job, place, "--folder", state + " again").expect(0).err()).isEmpty();
    }
  }

  private static int questions(Path screen) throws Exception {
    return (int)
        Files.readString(screen)
            .lines()
            .filter(l -> l.matches(".*(\\[y/N]|bundle( again)?:) *"))
            .count();
  }

  @Test
  void aQuestionIsAskedAndAnswered() throws Exception {
    assertThat(typing("n\n", "key", "delete", "a").expect(11).out()).contains("Go on? [y/N]");
    assertThat(cli().run("key", "describe", "a").out()).contains("Enabled");
    typing("y\n", "key", "delete", "a").expect(0);
    assertThat(cli().run("key", "describe", "a").out()).contains("PendingDeletion");
  }

  @Test
  void aPassphraseIsAskedForAndNotShown() throws Exception {
    Path bundle = folder.resolve("bundle");
    Claviger.Result made = typing("s3cret-text\ns3cret-text\n", "key", "export", bundle.toString());
    assertThat(made.expect(0).out())
        .contains("passphrase of the bundle again")
        .doesNotContain("s3cret-text");
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret-text");
    Claviger.onFolder(folder.resolve("other"))
        .run("key", "import", bundle.toString(), "--passphrase-file", secret.toString())
        .expect(0);
  }

  @Test
  void colours() throws Exception {
    assertThat(typing("", "key", "list").expect(0).out()).contains("\u001b[1mID");
    assertThat(cli().run("key", "list").expect(0).out()).doesNotContain("\u001b");
  }

  /** On a terminal a line says how far it is, and is gone at the end; in a pipe there is none. */
  @Test
  void progress() throws Exception {
    Path big = folder.resolve("big");
    try (OutputStream out = Files.newOutputStream(big)) {
      for (int i = 0; i < 192; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    String sealed = folder.resolve("sealed").toString();
    assertThat(typing("", "encrypt", big.toString(), sealed).expect(0).out())
        .contains("sealed: ", " of 192 MiB, ")
        .contains("\r\u001b[K");
    assertThat(cli().run("encrypt", big.toString(), sealed, "--yes").expect(0).err()).isEmpty();
  }
}
