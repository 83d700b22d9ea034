package io.claviger.autoload;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes a module path of this test's class path, with its programs as the module application. */
final class Modules {
  static final String MAIN = "application/io.claviger.autoload.InModules";

  /** What a user's application has: other libraries of the tests are no good neighbours. */
  private static final Pattern USED =
      Pattern.compile(
          "(bcprov|caffeine|jackson-(core|databind|annotations)-2|vault-java|slf4j-api|logback|netty|httpc|commons-(codec|logging)|reactive-streams|aws-crt|claviger).*\\.jar");

  private static final String MODULE_INFO =
      """
      module application {
        requires software.amazon.awssdk.services.s3;
        requires jdk.net; // for Apache's client of the SDK
      }
      """;

  private final Path folder;

  Modules(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  List<Path> withApplication() throws IOException {
    return withApplication(
        List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
  }

  List<Path> withApplication(List<String> classPath) throws IOException {
    List<Path> modules = new ArrayList<>();
    for (String entry : classPath) {
      Path path = Path.of(entry);
      String name = path.getFileName().toString();
      if (path.endsWith(Path.of("target", "classes"))) {
        modules.add(jarOf(path)); // a module of this build, not packaged yet
      } else if (!name.endsWith("-tests.jar") // its programs are copied into the application
          && (entry.contains("awssdk") || USED.matcher(name).matches())) {
        modules.add(path);
      }
    }
    modules.add(application(modules));
    return modules;
  }

  private Path jarOf(Path classes) throws IOException {
    String name = classes.getParent().getParent().getFileName().toString();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    Path target = folder.resolve(name + ".jar");
    try (OutputStream file = Files.newOutputStream(target);
        JarOutputStream jar = new JarOutputStream(file, manifest);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        String entry = classes.relativize(each).toString().replace('\\', '/');
        if (!entry.equals("META-INF/MANIFEST.MF")) {
          jar.putNextEntry(new JarEntry(entry));
          Files.copy(each, jar);
        }
      }
    }
    return target;
  }

  private Path application(List<Path> modules) throws IOException {
    Path source = Files.writeString(folder.resolve("module-info.java"), MODULE_INFO);
    Path target = folder.resolve("application");
    Path copies = Files.createDirectories(target.resolve("io/claviger/autoload"));
    Path here =
        Path.of(InModules.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    if (Files.isDirectory(here)) {
      copyPrograms(here, copies);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(here)) {
        copyPrograms(jar.getPath("/"), copies);
      }
    }
    String path =
        modules.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-p", path, "-d", target.toString(), source.toString());
    if (code != 0) {
      throw new IOException("module-info does not compile");
    }
    return target;
  }

  private static void copyPrograms(Path classes, Path target) throws IOException {
    try (Stream<Path> programs = Files.list(classes.resolve("io/claviger/autoload"))) {
      for (Path each : programs.toList()) {
        String name = each.getFileName().toString();
        if (name.matches("(Unaware|InModules).*\\.class")) {
          Files.copy(each, target.resolve(name));
        }
      }
    }
  }
}
