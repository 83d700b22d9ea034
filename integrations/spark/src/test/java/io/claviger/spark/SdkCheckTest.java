package io.claviger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SDKs and Hadoops as class paths have them, reduced to the names that are looked at. */
class SdkCheckTest {
  @TempDir Path folder;

  private Path type(String name, String body) throws IOException {
    int dot = name.lastIndexOf('.');
    Path file = folder.resolve(name.substring(dot + 1) + ".java");
    return Files.writeString(
        file,
        "package %s; public class %s { %s }"
            .formatted(name.substring(0, dot), name.substring(dot + 1), body));
  }

  private void compile(Path... sources) {
    List<String> args = new ArrayList<>(List.of("-d", folder.toString()));
    for (Path each : sources) {
      args.add(each.toString());
    }
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, args.toArray(String[]::new));
    assertThat(code).isZero();
  }

  private void sdk(String version) throws IOException {
    compile(
        type("software.amazon.awssdk.services.s3.S3Client", ""),
        type(
            "software.amazon.awssdk.core.util.VersionInfo",
            "public static final String SDK_VERSION = \"%s\";".formatted(version)));
  }

  private void s3a(String hadoop) throws IOException {
    compile(
        type("org.apache.hadoop.fs.s3a.S3AFileSystem", ""),
        type(
            "org.apache.hadoop.util.VersionInfo",
            "public static String getVersion() { return \"%s\"; }".formatted(hadoop)));
  }

  private List<String> wrong() throws IOException {
    URL[] urls = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      return SdkCheck.wrong(loader);
    }
  }

  @Test
  void noSdkIsRefused() throws Exception {
    assertThat(wrong()).singleElement().asString().contains("not on the class path", "2.35.4");
  }

  @Test
  void s3aOverVersionOneIsRefusedAlsoBesideVersionTwo() throws Exception {
    s3a("3.3.4");
    assertThat(wrong()).singleElement().asString().contains("Hadoop 3.3.4", "version 1", "3.5.0");
    sdk("2.35.4");
    assertThat(wrong()).singleElement().asString().contains("Hadoop 3.3.4");
  }

  @Test
  void theOldestSdkThatWorksIsTakenAndTheOneBeforeRefused() throws Exception {
    s3a("3.4.3");
    sdk("2.24.5");
    assertThat(wrong()).singleElement().asString().contains("version 2.24.5", "2.24.6 is the");
    sdk("2.24.6");
    assertThat(wrong()).isEmpty();
    sdk("2.57.8-SNAPSHOT");
    assertThat(wrong()).isEmpty();
    sdk("unknown");
    assertThat(wrong()).singleElement().asString().contains("version unknown");
  }
}
