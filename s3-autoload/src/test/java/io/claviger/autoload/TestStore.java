package io.claviger.autoload;

import com.adobe.testing.s3mock.S3MockApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** One S3 server and one folder for all tests of this JVM; both go with it. */
final class TestStore {
  static final Path FOLDER = folder();
  private static final S3MockApplication SERVER = start();

  private TestStore() {}

  static String endpoint() {
    return "http://localhost:" + SERVER.getHttpPort();
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("drop-in");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Program.delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static S3MockApplication start() {
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
                FOLDER.resolve("store").toString(),
                "server.tomcat.basedir",
                FOLDER.resolve("tomcat").toString())));
  }
}
