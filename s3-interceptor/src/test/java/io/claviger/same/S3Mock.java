package io.claviger.same;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Adobe S3Mock with its files in a folder that goes when this JVM does: a suite leaves 2 GB. */
public final class S3Mock {
  private S3Mock() {}

  /** Starts one on free ports; nobody needs to stop it. */
  public static S3MockApplication start() {
    Path folder = folder();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return S3MockApplication.start(
        new HashMap<>(
            Map.of(
                S3MockApplication.PROP_HTTP_PORT,
                0,
                S3MockApplication.PROP_HTTPS_PORT,
                0,
                S3MockApplication.PROP_SILENT,
                true,
                "com.adobe.testing.s3mock.store.root",
                folder.resolve("store").toString(),
                "server.tomcat.basedir",
                folder.resolve("tomcat").toString())));
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("s3mock");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server may still write: what it keeps from being deleted stays. */
  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("not all of " + folder + " was deleted: " + e);
    }
  }
}
