package io.claviger.autoload;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The bundle as it was built, and the class paths that users put it on. */
final class Bundle {
  static final Path JAR = Path.of(System.getProperty("claviger.test.bundle", "not given"));

  /** What the bundle holds, or must not need. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "(claviger-(provider|s3-interceptor|s3-autoload|hadoop|spark)|jackson-|caffeine|bcp|vault-java|jspecify|error_prone|micrometer).*");

  private Bundle() {}

  /** The SDK, its libraries, a logger and the programs; nothing of Claviger. */
  static List<String> without() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      boolean programs = entry.endsWith("test-classes") || entry.endsWith("-tests.jar");
      if (programs || !OneJar.isServerOrTest(entry) && !isInside(entry)) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static boolean isInside(String entry) {
    Path path = Path.of(entry);
    return path.endsWith(Path.of("target", "classes"))
        || INSIDE.matcher(path.getFileName().toString()).matches();
  }

  static List<String> with() {
    List<String> entries = without();
    entries.add(JAR.toString());
    return entries;
  }
}
