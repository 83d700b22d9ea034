package io.claviger.autoload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Makes one jar of many, as a shading build does: services and lists of interceptors appended. */
final class OneJar implements AutoCloseable {
  private static final List<String> SERVERS_AND_TESTS =
      List.of("spring", "tomcat", "s3mock", "kotlin", "junit", "assertj", "surefire", "jetty");

  private final JarOutputStream out;
  private final Set<String> written = new HashSet<>();
  private final Map<String, ByteArrayOutputStream> appended = new LinkedHashMap<>();

  private OneJar(OutputStream target) throws IOException {
    out = new JarOutputStream(target);
    out.setLevel(1);
  }

  static Path of(String classPath, Path target) throws IOException {
    try (OneJar jar = new OneJar(Files.newOutputStream(target))) {
      for (String entry : classPath.split(java.io.File.pathSeparator)) {
        String name = Path.of(entry).getFileName().toString();
        if (SERVERS_AND_TESTS.stream().noneMatch(name::contains)) {
          jar.add(Path.of(entry));
        }
      }
      for (Map.Entry<String, ByteArrayOutputStream> list : jar.appended.entrySet()) {
        jar.out.putNextEntry(new JarEntry(list.getKey()));
        jar.out.write(list.getValue().toByteArray());
      }
    }
    return target;
  }

  private void add(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      try (Stream<Path> files = Files.walk(entry)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          try (InputStream in = Files.newInputStream(file)) {
            add(entry.relativize(file).toString().replace('\\', '/'), in);
          }
        }
      }
      return;
    }
    if (!Files.exists(entry)) {
      return;
    }
    try (JarFile jar = new JarFile(entry.toFile())) {
      for (JarEntry each : jar.stream().filter(e -> !e.isDirectory()).toList()) {
        try (InputStream in = jar.getInputStream(each)) {
          add(each.getName(), in);
        }
      }
    }
  }

  private void add(String name, InputStream in) throws IOException {
    if (name.startsWith("META-INF/services/") || name.endsWith("execution.interceptors")) {
      ByteArrayOutputStream list = appended.computeIfAbsent(name, n -> new ByteArrayOutputStream());
      in.transferTo(list);
      list.write('\n');
      return;
    }
    boolean leftOut =
        name.equals("module-info.class")
            || name.startsWith("META-INF/versions/")
            || name.equals("META-INF/MANIFEST.MF")
            || name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    if (!leftOut && written.add(name)) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
