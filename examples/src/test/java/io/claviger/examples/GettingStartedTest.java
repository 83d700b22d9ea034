package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Does what {@code docs/getting-started.md} and the README say, in shells of their own, with the
 * jars of this build in the place of those that Maven would fetch.
 */
class GettingStartedTest {
  private static final Path README = Path.of("../README.md");
  private static final Path PAGE = Path.of("../docs/getting-started.md");

  /** Not in the temporary folder, where no key folder may be. */
  private static final Path HOME = Path.of("target/getting-started").toAbsolutePath();

  private static Store store;

  @BeforeAll
  static void start() throws IOException {
    if (Files.exists(HOME)) {
      TemporaryFolders.delete(HOME);
    }
    Files.createDirectories(HOME);
    store = Store.open(null);
  }

  @AfterAll
  static void stop() {
    store.close();
    TemporaryFolders.delete(HOME);
  }

  private static Walk walk(Path page, Path folder) throws IOException {
    return Walk.through(page)
        .replacing("127.0.0.1:9090", store.endpoint().getAuthority())
        .replacing("'lib/*'", "\"$CLASSES\"")
        .replacing("\"lib/*\"", "\"$CLASSES\"")
        .environment("HOME", folder.toString())
        .environment("CLASSES", classPath())
        .environment("PATH", path());
  }

  /** The JDK of this test, and what the machine has. */
  private static String path() {
    return Path.of(System.getProperty("java.home"), "bin")
        + File.pathSeparator
        + System.getenv("PATH");
  }

  /** What the page's pom.xml brings: no test server and its Spring, and one logger only. */
  private static String classPath() throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(entry).getFileName().toString();
      if (!name.matches("(s3mock|spring|tomcat|logback|log4j|junit|assertj|kotlin).*")
          && !entry.contains("examples")) {
        entries.add(Path.of(entry).toAbsolutePath().toString());
      }
    }
    entries.add(Path.of("../s3-autoload/src/main/resources").toRealPath().toString());
    return String.join(File.pathSeparator, entries);
  }

  @Test
  void aKeyFolderAndTheDropIn() throws Exception {
    Path folder = HOME.resolve("page");
    Files.createDirectories(folder);
    Walk walk =
        walk(PAGE, folder)
            .sections(
                List.of(
                    "A program, and keys in a folder",
                    "The drop-in: a program that stays as it is"));
    walk.run(folder);
    assertThat(folder.resolve("claviger-keys/.claviger-manifest")).exists();
    try (S3Client plain = store.client()) {
      byte[] stored =
          plain.getObjectAsBytes(b -> b.bucket("letters").key("plain.txt")).asByteArray();
      assertThat(stored).startsWith('C', 'L', 'V', 'G').hasSize(98 + 32 + 8);
    }
  }

  /** The artifacts that pom.xml names are those of this build, with their versions. */
  @Test
  void theDependenciesOfThePageAndTheReadmeExist() throws IOException {
    String parent = Files.readString(Path.of("../pom.xml"));
    String version = after(parent, "<artifactId>claviger-parent</artifactId>\\s*<version>");
    for (Path page : List.of(README, PAGE)) {
      Matcher found =
          Pattern.compile(
                  "<artifactId>claviger-([a-z0-9-]+)</artifactId>.*\\s*<version>([^<]+)</version>")
              .matcher(Files.readString(page));
      int count = 0;
      while (found.find()) {
        assertThat(Path.of("..", found.group(1), "pom.xml")).exists();
        assertThat(found.group(2)).isEqualTo(version);
        count++;
      }
      assertThat(count).as(page.toString()).isPositive();
    }
    String slf4j = after(parent, "<slf4j.version>");
    assertThat(Walk.through(PAGE).file("pom.xml")).contains("<version>" + slf4j + "</version>");
  }

  private static String after(String text, String pattern) {
    Matcher found = Pattern.compile(pattern + "([^<]+)").matcher(text);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  @Test
  void theReadmesProgramsWorkAsTheyStand() throws Exception {
    Path folder = HOME.resolve("readme");
    try (S3Client plain = store.client()) {
      plain.createBucket(b -> b.bucket("my-bucket"));
      Walk readme =
          walk(README, folder)
              .environment("AWS_REGION", "us-east-1")
              .environment("AWS_ACCESS_KEY_ID", "test")
              .environment("AWS_SECRET_ACCESS_KEY", "test")
              .environment("AWS_ENDPOINT_URL_S3", store.endpoint().toString());
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("Jca.java"), aroundTheLinesOfJca());
      String printed =
          readme
              .sections(List.of("", "The easiest way: no line of code"))
              .then("java -cp 'lib/*' Jca.java")
              .then("java -cp 'lib/*' " + dropIn() + " " + store.endpoint() + " my-bucket")
              .run(folder);
      assertThat(printed).contains("sealed 19 bytes").contains("read back: hello, store");
      for (String key : List.of("hello.txt", "letters/hello.txt")) {
        assertThat(plain.getObjectAsBytes(b -> b.bucket("my-bucket").key(key)).asByteArray())
            .startsWith('C', 'L', 'V', 'G');
      }
      assertThat(plain.headObject(b -> b.bucket("my-bucket").key("letters/hello.txt")).metadata())
          .containsEntry("claviger-key", "letters");
    }
  }

  private static Path dropIn() {
    return Path.of("src/main/java/io/claviger/examples/DropIn.java").toAbsolutePath();
  }

  /** The README's three lines, with what a program has around them. */
  private static String aroundTheLinesOfJca() throws IOException {
    String lines =
        Walk.blocks(Files.readString(README)).stream()
            .filter(b -> b.kind().equals("java") && b.name().isEmpty())
            .map(Walk.Block::content)
            .findFirst()
            .orElseThrow();
    return """
        import io.claviger.config.KmsConfig;
        import io.claviger.jca.ClavigerProvider;
        import io.claviger.service.KmsServiceManager;
        import javax.crypto.Cipher;
        import javax.crypto.SecretKey;

        public class Jca {
          public static void main(String[] args) throws Exception {
            KmsServiceManager kms = KmsServiceManager.init(KmsConfig.fromEnvironment());
            kms.start();
            ClavigerProvider provider = new ClavigerProvider(kms);
            %s
            System.out.println("sealed " + cipher.doFinal(new byte[3]).length + " bytes");
          }
        }
        """
        .formatted(lines);
  }

  @Test
  void theTestServerOfThePageSaysWhereItIs() throws Exception {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogging.level.root=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                S3Server.class.getName(),
                "0")
            .redirectErrorStream(true)
            .start();
    try (Stream<String> lines = server.inputReader(StandardCharsets.UTF_8).lines()) {
      String said = lines.filter(line -> line.startsWith("S3 at ")).findFirst().orElseThrow();
      try (Store there = Store.open(URI.create(said.substring("S3 at ".length())));
          S3Client client = there.client()) {
        assertThat(client.listBuckets().buckets()).isEmpty();
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }
}
