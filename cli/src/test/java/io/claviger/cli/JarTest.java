package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the jar, and what is not. */
class JarTest {
  private static List<String> names() throws IOException {
    try (JarFile jar = new JarFile(Installation.JAR.toFile())) {
      return jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  private static List<String> lines(String entry) throws IOException {
    try (JarFile jar = new JarFile(Installation.JAR.toFile());
        InputStream in = jar.getInputStream(jar.getEntry(entry))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.isBlank())
          .toList();
    }
  }

  @Test
  void everyServiceThatIsNamedIsThere() throws Exception {
    List<String> names = names();
    List<String> missing = new ArrayList<>();
    for (String service : names) {
      if (service.startsWith("META-INF/services/")) {
        for (String line : lines(service)) {
          String type = line.replaceFirst("#.*", "").strip();
          if (!type.isEmpty() && !names.contains(type.replace('.', '/') + ".class")) {
            missing.add(service + " names " + type);
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(names)
        .contains(
            "META-INF/services/io.claviger.kms.KmsBackendFactory",
            "META-INF/services/software.amazon.awssdk.http.SdkHttpService",
            "META-INF/services/org.slf4j.spi.SLF4JServiceProvider");
  }

  /** The drop-in would seal a second time what a command seals. */
  @Test
  void theDropInIsNotInIt() throws Exception {
    assertThat(names()).noneMatch(n -> n.endsWith("execution.interceptors"));
  }

  @Test
  void nothingIsThereTwiceOrSignedByOthers() throws Exception {
    assertThat(names())
        .doesNotHaveDuplicates()
        .noneMatch(n -> n.matches("META-INF/.*\\.(SF|RSA|DSA|EC)"))
        .noneMatch(n -> n.endsWith("module-info.class"))
        .noneMatch(n -> n.startsWith("META-INF/versions/"));
  }

  @Test
  void eachLibraryThatHasALicenceFileKeepsIt() throws Exception {
    List<String> names = names();
    for (String library :
        List.of(
            "claviger",
            "caffeine",
            "bcprov",
            "jackson-databind",
            "picocli",
            "slf4j-api",
            "sdk-core",
            "s3",
            "vault-java-driver",
            "reactive-streams")) {
      assertThat(names)
          .as(library)
          .anyMatch(n -> n.matches("META-INF/licenses/" + library + "[^/]*/.*LICENSE.*"));
    }
  }
}
