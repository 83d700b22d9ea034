package io.claviger.cli.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The class path of another program, as its JVM would see it: is there a drop-in, does the SDK find
 * it, does it work with that SDK. Loads classes of the SDK and of Claviger from there, and runs no
 * other code of the program.
 */
final class ClassPathChecks {
  static final String DROP_IN = "drop-in";
  static final String SDK = "AWS SDK";

  private static final String OURS = "io.claviger.s3.ClavigerDropIn";
  private static final String OF_S3 = "software/amazon/awssdk/services/s3/execution.interceptors";
  private static final String OF_ALL =
      "software/amazon/awssdk/global/handlers/execution.interceptors";

  private ClassPathChecks() {}

  /** Returns what was found on {@code classPath}, which is written as for {@code java -cp}. */
  static List<Finding> of(String classPath) throws IOException {
    List<URL> urls = urls(classPath);
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      List<Finding> findings = new ArrayList<>();
      findings.add(dropIn(loader));
      findings.add(sdk(loader));
      return findings;
    }
  }

  private static List<URL> urls(String classPath) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.endsWith("*")) {
        String folder = entry.substring(0, entry.length() - 1);
        try (DirectoryStream<Path> jars =
            Files.newDirectoryStream(Path.of(folder.isEmpty() ? "." : folder), "*.{jar,JAR}")) {
          for (Path jar : jars) {
            urls.add(url(jar));
          }
        }
      } else if (!entry.isEmpty()) {
        urls.add(url(Path.of(entry)));
      }
    }
    return urls;
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toAbsolutePath().toUri().toURL();
  }

  private static Finding dropIn(URLClassLoader loader) throws IOException {
    boolean here = loader.getResource(OURS.replace('.', '/') + ".class") != null;
    boolean ofS3 = isNamedIn(loader, OF_S3);
    boolean ofAll = isNamedIn(loader, OF_ALL);
    if (here && (ofS3 || ofAll)) {
      return Finding.ok(
          DROP_IN,
          ofS3 ? "the SDK finds it" : "the SDK finds it, by the resource for all services");
    }
    if (here) {
      return Finding.problem(
          DROP_IN,
          "its classes are there, and no execution.interceptors names them: claviger-s3-autoload is missing, or its resources were lost when jars were put into one",
          "add claviger-s3-autoload; in a jar of many append %s and %s (Maven: AppendingTransformer)"
              .formatted(OF_S3, OF_ALL));
    }
    return Finding.problem(
        DROP_IN,
        ofS3 || ofAll
            ? "claviger-s3-autoload is there, and the classes that it names are not"
            : "it is not there: objects are stored in the clear",
        "put claviger-s3-bundle, or claviger-s3-autoload with what it needs, beside the SDK, in the same class loader (docs/drop-in.md)");
  }

  private static boolean isNamedIn(URLClassLoader loader, String resource) throws IOException {
    for (URL each : Collections.list(loader.getResources(resource))) {
      try (InputStream in = each.openStream()) {
        if (new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().anyMatch(OURS::equals)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The drop-in itself says whether it works with the SDK that is there. */
  private static Finding sdk(URLClassLoader loader) {
    String version = version(loader);
    if (version.isEmpty()) {
      return Finding.problem(
          SDK,
          "it is not on this class path: a drop-in here is not seen by an SDK in a class loader above",
          "name the whole class path; or put drop-in and Claviger where the SDK is");
    }
    try {
      Class.forName(OURS, true, loader).getDeclaredConstructor().newInstance();
      return Finding.ok(SDK, "version %s works".formatted(version));
    } catch (ClassNotFoundException e) {
      return Finding.skipped(SDK, "version %s; no drop-in to ask".formatted(version));
    } catch (InvocationTargetException e) {
      return unfit(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()), version);
    } catch (ReflectiveOperationException | LinkageError e) {
      return unfit("%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()), version);
    }
  }

  private static Finding unfit(String said, String version) {
    return Finding.problem(
        SDK,
        "version %s does not work: %s".formatted(version, said),
        "take a version of the range that docs/engines.md names, all its modules of one version, and one copy of Claviger");
  }

  private static String version(URLClassLoader loader) {
    try {
      Object stated =
          Class.forName("software.amazon.awssdk.core.util.VersionInfo", true, loader)
              .getField("SDK_VERSION")
              .get(null);
      return String.valueOf(stated);
    } catch (ReflectiveOperationException | LinkageError e) {
      return "";
    }
  }
}
