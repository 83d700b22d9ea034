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

/** Makes one jar of many, as a shading build does. */
final class OneJar implements AutoCloseable {
  private static final List<String> SERVERS_AND_TESTS =
      List.of("spring", "tomcat", "s3mock", "kotlin", "junit", "assertj", "surefire", "jetty");

  /** Whether an entry of this module's class path is no part of a user's application. */
  static boolean isServerOrTest(String entry) {
    String name = Path.of(entry).getFileName().toString();
    return SERVERS_AND_TESTS.stream().anyMatch(name::contains);
  }

  private final JarOutputStream out;
  private final Set<String> written = new HashSet<>();
  private final Map<String, ByteArrayOutputStream> appended = new LinkedHashMap<>();

  /** What becomes of lists of interceptors that several jars have. */
  private enum Lists {
    APPENDED,
    FIRST,
    DROPPED
  }

  private final Lists lists;

  private OneJar(OutputStream target, Lists lists) throws IOException {
    this.lists = lists;
    out = new JarOutputStream(target);
    out.setLevel(1);
  }

  /** Appends services and lists of interceptors, as a shading build should. */
  static Path of(String classPath, Path target) throws IOException {
    return of(classPath, target, Lists.APPENDED);
  }

  /** Keeps the first list of interceptors of a name and drops others, as a careless build does. */
  static Path withFirstListsOnly(String classPath, Path target) throws IOException {
    return of(classPath, target, Lists.FIRST);
  }

  /** Takes no list of interceptors at all. */
  static Path withoutLists(String classPath, Path target) throws IOException {
    return of(classPath, target, Lists.DROPPED);
  }

  private static Path of(String classPath, Path target, Lists lists) throws IOException {
    try (OneJar jar = new OneJar(Files.newOutputStream(target), lists)) {
      for (String entry : classPath.split(java.io.File.pathSeparator)) {
        if (!isServerOrTest(entry)) {
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
    boolean isList = name.endsWith("execution.interceptors");
    if (name.startsWith("META-INF/services/") || isList && lists == Lists.APPENDED) {
      ByteArrayOutputStream list = appended.computeIfAbsent(name, n -> new ByteArrayOutputStream());
      in.transferTo(list);
      list.write('\n');
      return;
    }
    boolean leftOut =
        name.equals("module-info.class")
            || isList && lists == Lists.DROPPED
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
