package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class S3DropInTest {
  @TempDir Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new S3DropIn())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Run(exit, out.toString(), err.toString());
  }

  private Path files() throws IOException {
    Path files = Files.createDirectories(folder.resolve("files/below"));
    Files.write(files.resolve("large.bin"), new byte[200_000]);
    Files.writeString(files.resolve("größe.txt"), "hello");
    Files.writeString(files.resolve("empty"), "");
    return folder.resolve("files");
  }

  @Test
  void showsTheWholeJob() throws IOException {
    Run run = run("--folder", files().toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains("3 objects, 200,005 bytes of plaintext")
        .contains("SHA-256 of all 3 files is the same")
        .contains("holds of below/large.bin: CLVG")
        .contains("tampered  one bit flipped in the store; refused")
        .contains("done      every byte came back");
  }

  @Test
  void leavesNothingBehind() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                S3DropIn.class.getName(),
                "--folder",
                files().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aMissingFolderIsSaid() {
    Run run = run("--folder", folder.resolve("none").toString());
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("is not a folder. Name one that holds files.").hasLineCount(1);
  }

  @Test
  void aServerThatIsDownIsSaid() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    Run run = run("--folder", files().toString(), "--endpoint", "http://127.0.0.1:" + free);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .contains("the S3 server at http://127.0.0.1:" + free + " does not answer")
        .contains("leave out --endpoint")
        .hasLineCount(1);
  }

  @Test
  void aWrongPassphraseAndAFolderThatIsNoneAreSaid() throws IOException {
    Path keys = folder.resolve("keys");
    Path right = Files.writeString(folder.resolve("right"), "right");
    Path wrong = Files.writeString(folder.resolve("wrong"), "wrong");
    String files = files().toString();
    Run first = withKeys(files, keys, right);
    assertThat(first.err()).isEmpty();
    assertThat(first.exit()).isZero();
    Run refused = withKeys(files, keys, wrong);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err())
        .contains("this passphrase does not open the key folder")
        .hasLineCount(1);
    Run noFile = run("--folder", files, "--key-folder", keys.toString());
    assertThat(noFile.err()).contains("--key-folder needs --passphrase-file").hasLineCount(1);
    Run notWritable = withKeys(files, right.resolve("keys"), right);
    assertThat(notWritable.err()).contains("cannot be written").hasLineCount(1);
  }

  @Test
  void aVaultThatIsDownOrHalfNamedIsSaid() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    String vault = "http://127.0.0.1:" + free;
    String token = Files.writeString(folder.resolve("token"), "t").toString();
    String files = files().toString();
    Run http = run("--folder", files, "--vault", vault, "--vault-token-file", token);
    assertThat(http.err()).contains("\"address\" uses http").hasLineCount(1);
    Run down =
        run(
            "--allow-insecure-dev-defaults",
            "--folder",
            files,
            "--vault",
            vault,
            "--vault-token-file",
            token);
    assertThat(down.exit()).isEqualTo(1);
    assertThat(down.err())
        .contains("Vault at " + vault + " does not accept connections")
        .hasLineCount(1);
    Run noToken = run("--folder", files, "--vault", vault);
    assertThat(noToken.err()).contains("--vault needs --vault-token-file").hasLineCount(1);
  }

  private static Run withKeys(String files, Path keys, Path passphrase) {
    return run(
        "--allow-insecure-dev-defaults",
        "--folder",
        files,
        "--key-folder",
        keys.toString(),
        "--passphrase-file",
        passphrase.toString());
  }
}
