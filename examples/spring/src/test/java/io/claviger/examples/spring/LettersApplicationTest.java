package io.claviger.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.adobe.testing.s3mock.S3MockApplication;
import io.awspring.cloud.s3.S3Template;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The application of {@code docs/getting-started.md}, and what its own page warns of. */
class LettersApplicationTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<String, String> KEYS = new HashMap<>();

  @TempDir static Path folder;
  private static S3MockApplication server;
  private static ConfigurableApplicationContext application;
  private static String printed = "";

  @BeforeAll
  static void start() throws Exception {
    server =
        S3MockApplication.start(
            new HashMap<>(
                Map.of(
                    S3MockApplication.PROP_HTTP_PORT,
                    0,
                    S3MockApplication.PROP_HTTPS_PORT,
                    0,
                    S3MockApplication.PROP_SILENT,
                    true,
                    "spring.cloud.aws.s3.enabled",
                    false,
                    "com.adobe.testing.s3mock.store.root",
                    folder.resolve("store").toString(),
                    "server.tomcat.basedir",
                    folder.resolve("tomcat").toString())));
    HTTP.send(
        HttpRequest.newBuilder(at("letters")).PUT(HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.discarding());
    KEYS.put("claviger.backend_type", "Local");
    KEYS.put("claviger.key_dir", folder.resolve("keys").toString());
    KEYS.put("claviger.master_key", "a passphrase of this test");
    KEYS.put("claviger.allow_insecure_dev_defaults", "true"); // keys in the temporary folder
    KEYS.forEach(System::setProperty);
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      application =
          new SpringApplicationBuilder(LettersApplication.class)
              .run(
                  "--spring.main.web-application-type=none", // the test server brings a web server
                  "--spring.cloud.aws.s3.endpoint=" + at(""),
                  "--spring.cloud.aws.region.static=us-east-1",
                  "--spring.cloud.aws.credentials.access-key=test",
                  "--spring.cloud.aws.credentials.secret-key=test");
    } finally {
      System.setOut(before);
      printed = out.toString(StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void stop() {
    if (application != null) {
      application.close();
    }
    server.stop();
    KEYS.keySet().forEach(System::clearProperty);
  }

  private static URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getHttpPort() + "/" + path);
  }

  private static byte[] stored(String path) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofByteArray()).body();
  }

  @Test
  void theLetterIsReadBackAndSealedInTheStore() throws Exception {
    assertThat(printed).contains("read back: Dear Ada");
    assertThat(stored("letters/spring.txt")).startsWith('C', 'L', 'V', 'G').hasSize(98 + 32 + 8);
  }

  @Test
  void thePageShowsThisApplicationAndItsDependencies() throws Exception {
    String page = Files.readString(Path.of("../../docs/getting-started.md"));
    String source =
        Files.readString(
            Path.of("src/main/java/io/claviger/examples/spring/LettersApplication.java"));
    assertThat(page).contains("```java LettersApplication.java\n" + source + "```");
    String parent = Files.readString(Path.of("../../pom.xml"));
    assertThat(page).contains("<artifactId>spring-cloud-aws-starter-s3</artifactId>");
    String version = parent.split("<spring-cloud-aws.version>")[1].split("<")[0];
    assertThat(page)
        .contains(
            "<artifactId>spring-cloud-aws-starter-s3</artifactId>\n  <version>" + version + "<");
  }

  /** What README and drop-in page warn of: a presigner has no interceptor of the client's. */
  @Test
  void aUrlThatTheTemplateSignsStoresInTheClearAndTheTemplateRefusesToReadIt() throws Exception {
    S3Template s3 = application.getBean(S3Template.class);
    URL url = s3.createSignedPutURL("letters", "signed.txt", Duration.ofMinutes(1));
    HTTP.send(
        HttpRequest.newBuilder(url.toURI())
            .PUT(HttpRequest.BodyPublishers.ofString("Dear Eve"))
            .build(),
        BodyHandlers.discarding());
    assertThat(stored("letters/signed.txt")).asString().isEqualTo("Dear Eve");
    assertThatThrownBy(
            () -> {
              try (InputStream in = s3.download("letters", "signed.txt").getInputStream()) {
                in.readAllBytes();
              }
            })
        .hasStackTraceContaining("ClavigerS3Exception");
  }

  @Test
  void anUploadOfManyMegabytesIsSealedToo() throws Exception {
    S3Template s3 = application.getBean(S3Template.class);
    byte[] large = new byte[(6 << 20) + 1];
    s3.upload("letters", "large.bin", new ByteArrayInputStream(large));
    assertThat(stored("letters/large.bin")).startsWith('C', 'L', 'V', 'G');
    try (InputStream in = s3.download("letters", "large.bin").getInputStream()) {
      assertThat(in.readAllBytes()).isEqualTo(large);
    }
  }
}
