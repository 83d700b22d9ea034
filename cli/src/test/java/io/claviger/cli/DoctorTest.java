package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor finds each thing that is wrong, and says the fix; plaintext is DoctorIT's. */
class DoctorTest {
  private static final String DROP_IN = Path.of("../s3-autoload/src/main/resources").toString();

  @TempDir private Path folder;

  @BeforeEach
  void aKey() {
    cli().run("key", "create", "a").expect(0);
  }

  private Cli cli() {
    return Cli.onFolder(folder.resolve("keys")).with("default_key_id", "a");
  }

  private static JsonNode finding(Cli cli, int status, String check, String... args)
      throws Exception {
    String[] command = Cli.words(args, "doctor", "--json");
    JsonNode all = Schema.ofTheDocs().check("doctor", cli.run(command).expect(status).out());
    for (JsonNode each : all.get("checks")) {
      if (each.get("check").asText().equals(check)) {
        return each;
      }
    }
    throw new AssertionError(check + " is not in " + all);
  }

  private static void isProblem(JsonNode finding, String found, String fix) {
    assertThat(finding.get("outcome").asText()).as("%s", finding).isEqualTo("problem");
    assertThat(finding.get("found").asText()).contains(found);
    assertThat(finding.get("fix").asText()).contains(fix);
  }

  @Test
  void allIsWell() throws Exception {
    assertThat(cli().run("doctor").expect(0).out())
        .contains("ok       configuration: keys of type Local", "ok       key service: answers")
        .contains("ok       key: key \"a\" seals")
        .doesNotContain("fix:");
  }

  @Test
  void thereIsNoConfiguration() throws Exception {
    isProblem(finding(new Cli(), 9, "configuration"), "backend_type", "docs/configuration.md");
  }

  @Test
  void thereIsNoKey() throws Exception {
    isProblem(
        finding(cli().without("default_key_id"), 9, "key"),
        "no key is named",
        "CLAVIGER_DEFAULT_KEY_ID");
    isProblem(
        finding(cli().with("default_key_id", "b"), 9, "key"), "\"b\"", "claviger key create b");
    cli().run("key", "disable", "a").expect(0);
    isProblem(finding(cli(), 9, "key"), "Disabled", "claviger key enable a");
    cli().run("key", "create", "m", "--usage", "SIGN_VERIFY").expect(0);
    isProblem(finding(cli().with("default_key_id", "m"), 9, "key"), "SignVerify", "EncryptDecrypt");
  }

  @Test
  void thePassphraseIsWrong() throws Exception {
    JsonNode found = finding(cli().with("master_key", "no-such-secret"), 9, "key service");
    isProblem(found, "passphrase", "CLAVIGER_MASTER_KEY_FILE");
    assertThat(found.toString()).doesNotContain("no-such-secret");
  }

  @Test
  void theKeyServiceIsDown() throws Exception {
    Cli vault =
        new Cli()
            .with("backend_type", "VaultTransit")
            .with("address", "http://127.0.0.1:1")
            .with("vault_token", "t")
            .with("retry_attempts", "1")
            .with("allow_insecure_dev_defaults", "true");
    isProblem(finding(vault, 9, "key service"), "127.0.0.1:1", "start the service");
  }

  @Test
  void anOptionOfTheDropInIsWrong() throws Exception {
    isProblem(
        finding(cli().with("s3.names", "SOME"), 9, "options of the drop-in"),
        "names",
        "CLAVIGER_S3_");
  }

  private static String classPath(String... first) {
    return Arrays.stream(first).collect(Collectors.joining(File.pathSeparator))
        + File.pathSeparator
        + System.getProperty("java.class.path");
  }

  @Test
  void aProgramWithTheDropIn() throws Exception {
    String path = classPath(DROP_IN);
    assertThat(finding(cli(), 0, "drop-in", "--class-path", path).get("outcome").asText())
        .isEqualTo("ok");
    assertThat(finding(cli(), 0, "AWS SDK", "--class-path", path).get("found").asText())
        .contains("works");
  }

  @Test
  void theDropInIsNotVisible() throws Exception {
    String sdk =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(e -> e.contains("awssdk"))
            .collect(Collectors.joining(File.pathSeparator));
    isProblem(
        finding(cli(), 9, "drop-in", "--class-path", sdk), "not there", "claviger-s3-autoload");
    isProblem(
        finding(cli(), 9, "AWS SDK", "--class-path", DROP_IN),
        "class loader above",
        "where the SDK is");
  }

  @Test
  void theResourceWasLostInShading() throws Exception {
    isProblem(
        finding(cli(), 9, "drop-in", "--class-path", classPath()),
        "were lost",
        "AppendingTransformer");
  }

  @Test
  void theSdkIsOutOfTheRange() throws Exception {
    Path source = folder.resolve("src/VersionInfo.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        "package software.amazon.awssdk.core.util;\n"
            + "public class VersionInfo { public static final String SDK_VERSION ="
            + " \"2.20.162\"; }\n");
    Path classes = folder.resolve("old sdk");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), source.toString()))
        .isZero();
    isProblem(
        finding(cli(), 9, "AWS SDK", "--class-path", classPath(classes.toString(), DROP_IN)),
        "2.20.162",
        "docs/engines.md");
  }

  /** A store whose clock is an hour behind this machine's; all it answers is its date. */
  @Test
  void theClockIsWrong() throws Exception {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().minusSeconds(3_600).atOffset(ZoneOffset.UTC));
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answerAll(server, date));
      answering.start();
      System.setProperty("aws.accessKeyId", "test");
      System.setProperty("aws.secretAccessKey", "test");
      String url = "http://127.0.0.1:" + server.getLocalPort();
      isProblem(
          finding(cli(), 9, "clock", "s3://bucket/", "--endpoint-url", url),
          "ahead of the store",
          "set the clock");
      isProblem(
          finding(cli(), 9, "store", "s3://bucket/", "--endpoint-url", url), "403", "correct");
      server.close();
      answering.join();
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  private static void answerAll(ServerSocket server, String date) {
    while (true) {
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        int ends = 0;
        for (int c = in.read(); c >= 0 && ends < 4; c = ends == 4 ? -1 : in.read()) {
          ends = c == '\r' || c == '\n' ? ends + 1 : 0;
        }
        OutputStream out = socket.getOutputStream();
        out.write(
            "HTTP/1.1 403 Forbidden\r\nDate: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .formatted(date)
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }
}
