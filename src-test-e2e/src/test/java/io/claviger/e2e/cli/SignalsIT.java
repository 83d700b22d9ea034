package io.claviger.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.S3Server;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** SIGINT and SIGTERM in the middle of commands that take long; nothing half is left. */
class SignalsIT {
  private static final int OBJECTS = 120;
  private static final String[] SLOWLY = {"--requests-per-second", "20", "--threads", "4"};
  private static final int PART = 16 << 20;
  private static final String BUCKET = "signals-" + ProcessHandle.current().pid();
  private static final String PLACE = "s3://" + BUCKET;

  /** A signal, and the status that it gives. */
  enum Signal {
    INT(130),
    TERM(143);

    private final int status;

    Signal(int status) {
      this.status = status;
    }

    void send(Process process) throws Exception {
      new ProcessBuilder("kill", "-" + name(), Long.toString(process.pid())).start().waitFor();
    }
  }

  @TempDir static Path folder;
  private static S3Client plain;

  @BeforeAll
  static void objects() throws Exception {
    E2e.bucket(S3Server.MINIO, BUCKET);
    plain = E2e.plain(S3Server.MINIO.http());
    cli().run("key", "create", "a").expect(0);
    cli().run(new byte[9], "put", "-", PLACE + "/of/one").expect(0);
    copies("of/one");
  }

  /** With the metadata, and so the envelope, of one that was sealed for any name. */
  private static void copies(String source) {
    ResponseBytes<GetObjectResponse> one =
        plain.getObjectAsBytes(b -> b.bucket(BUCKET).key(source));
    for (int i = 1; i < OBJECTS; i++) {
      String target = "of/" + i;
      plain.putObject(
          b ->
              b.bucket(BUCKET)
                  .key(target)
                  .contentType(one.response().contentType())
                  .metadata(one.response().metadata()),
          RequestBody.fromBytes(one.asByteArrayUnsafe()));
    }
  }

  @AfterAll
  static void close() {
    plain.close();
  }

  private static Claviger cli() {
    return Claviger.onFolder(folder.resolve("keys"))
        .over(S3Server.MINIO.http())
        .with("CLAVIGER_DEFAULT_KEY_ID", "a")
        .with("CLAVIGER_S3_NAMES", "NONE");
  }

  /** What was worked on is written down, and the same command goes on there. */
  @ParameterizedTest
  @CsvSource({"audit, INT", "verify, TERM", "rewrap, INT", "rewrap, TERM"})
  void jobs(String job, Signal signal) throws Exception {
    cli().run("key", "rotate", "a").expect(0);
    String state = folder.resolve(job + " and " + signal).toString();
    String[] command = {job, PLACE + "/of/", "--folder", state};
    Path err = Path.of(state + ".err");
    Process process =
        cli()
            .withSignals(
                Stream.concat(Stream.of(command), Stream.of(SLOWLY)).toArray(String[]::new))
            .redirectError(err.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Claviger.await(process, err, () -> Files.exists(Path.of(state, "state.json")));
    signal.send(process);
    assertThat(Claviger.exit(process)).isEqualTo(signal.status);
    assertThat(Files.readString(err)).containsPattern("^ended by a signal after \\d+ units; ");
    assertThat(cli().run(command).expect(0).out()).contains(OBJECTS + " units: ");
    assertThat(cli().run("cat", PLACE + "/of/7").expect(0).bytes()).hasSize(9);
  }

  /** The parts that were sent are no object, and would be paid for. */
  @ParameterizedTest
  @CsvSource({"INT", "TERM"})
  void aPipeThatGoesUp(Signal signal) throws Exception {
    Path err = folder.resolve("put " + signal);
    Process process =
        cli().withSignals("put", "-", PLACE + "/cut").redirectError(err.toFile()).start();
    OutputStream in = process.getOutputStream();
    in.write(new byte[PART + PART]);
    in.flush();
    Claviger.await(
        process, err, () -> !plain.listMultipartUploads(b -> b.bucket(BUCKET)).uploads().isEmpty());
    signal.send(process);
    assertThat(Claviger.exit(process)).isEqualTo(signal.status);
    assertThat(Files.readString(err)).isEmpty();
    assertThat(plain.listMultipartUploads(b -> b.bucket(BUCKET)).uploads()).isEmpty();
    assertThat(plain.listObjectsV2(b -> b.bucket(BUCKET).prefix("cut")).contents()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"INT", "TERM"})
  void anObjectThatComesDown(Signal signal) throws Exception {
    cli().run(new byte[PART], "put", "-", PLACE + "/large").expect(0);
    Path err = folder.resolve("cat " + signal);
    Process process =
        cli().withSignals("cat", PLACE + "/large").redirectError(err.toFile()).start();
    try (InputStream out = process.getInputStream()) {
      assertThat(out.readNBytes(1)).hasSize(1); // it goes on, and nobody reads more
      signal.send(process);
      assertThat(Claviger.exit(process)).isEqualTo(signal.status);
    }
    assertThat(Files.readString(err)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"INT", "TERM"})
  void aFileThatIsWritten(Signal signal) throws Exception {
    Path pipe = folder.resolve("pipe " + signal);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path target = Files.createDirectory(folder.resolve("files " + signal));
    Path err = target.resolveSibling("encrypt " + signal);
    Process process =
        cli()
            .withSignals("encrypt", pipe.toString(), target.resolve("sealed").toString())
            .redirectError(err.toFile())
            .start();
    try (OutputStream in = Files.newOutputStream(pipe)) {
      in.write(new byte[1 << 20]);
      Claviger.await(process, err, () -> !names(target).isEmpty());
      signal.send(process);
      assertThat(Claviger.exit(process)).isEqualTo(signal.status);
    }
    assertThat(names(target)).isEmpty();
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
