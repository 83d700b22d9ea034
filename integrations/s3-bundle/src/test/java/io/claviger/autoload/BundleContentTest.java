package io.claviger.autoload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the bundle, and what is not. */
class BundleContentTest {
  private static List<String> names() throws IOException {
    try (JarFile jar = new JarFile(Bundle.JAR.toFile())) {
      return jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  private static List<String> lines(String entry) throws IOException {
    try (JarFile jar = new JarFile(Bundle.JAR.toFile());
        InputStream in = jar.getInputStream(jar.getEntry(entry))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.isBlank())
          .toList();
    }
  }

  @Test
  void everyClassIsUnderANameOfOurs() throws Exception {
    assertThat(names())
        .filteredOn(n -> n.endsWith(".class"))
        .hasSizeGreaterThan(1000)
        .allMatch(n -> n.startsWith("io/claviger/"));
  }

  @Test
  void nothingOfOthersRemainsThatAClassPathWouldTrip() throws Exception {
    assertThat(names())
        .doesNotHaveDuplicates()
        .noneMatch(n -> n.matches("META-INF/.*\\.(SF|RSA|DSA|EC)"))
        .noneMatch(n -> n.endsWith("module-info.class"))
        .noneMatch(n -> n.startsWith("META-INF/versions/"));
  }

  @Test
  void providerAndBackendsAreNamedAndThere() throws Exception {
    List<String> names = names();
    for (String service : List.of("java.security.Provider", "io.claviger.kms.KmsBackendFactory")) {
      assertThat(lines("META-INF/services/" + service))
          .isNotEmpty()
          .allMatch(c -> names.contains(c.replace('.', '/') + ".class"));
    }
    for (String list : List.of("services/s3", "global/handlers")) {
      assertThat(lines("software/amazon/awssdk/" + list + "/execution.interceptors"))
          .containsExactly("io.claviger.s3.ClavigerDropIn");
    }
    assertThat(lines("META-INF/services/java.security.Provider"))
        .containsExactly("io.claviger.jca.ClavigerProvider");
  }

  @Test
  void eachLibraryKeepsItsLicence() throws Exception {
    List<String> names = names();
    for (String library :
        List.of("claviger", "vault-java-driver", "caffeine", "bcprov", "jackson-databind")) {
      assertThat(names)
          .as(library)
          .anyMatch(n -> n.matches("META-INF/licenses/" + library + "[^/]*/LICENSE(\\.md)?"));
    }
  }

  /** The page says how large it is, to a tenth. */
  @Test
  void theDocumentedSizeIsItsSize() throws Exception {
    // the shaded project's own folder is target: the page is looked for upwards
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/drop-in.md"))) {
      folder = folder.getParent();
    }
    String page = Files.readString(folder.resolve("docs/drop-in.md"));
    Matcher size = Pattern.compile("bundle[^.]*?(\\d+\\.\\d) MB").matcher(page);
    assertThat(size.find()).isTrue();
    double megabytes = Files.size(Bundle.JAR) / 1e6;
    assertThat(megabytes).isBetween(0.9 * value(size), 1.1 * value(size));
  }

  private static double value(Matcher size) {
    return Double.parseDouble(size.group(1));
  }
}
