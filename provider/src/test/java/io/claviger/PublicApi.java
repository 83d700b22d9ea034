package io.claviger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public face of a module as a text in its tests' resources, {@code api.txt}: every type,
 * field, constructor and method that a program can name. A change of it is a visible line of a
 * commit; {@code -Dgolden.write=true} writes it again. Text, since nothing is released that a
 * comparison of jars could start from.
 */
public final class PublicApi {
  private static final Path FILE = Path.of("src/test/resources/api.txt");

  /** Every type has them; they would be a fifth of the text. */
  private static final Set<String> OF_OBJECT = Set.of("equals", "hashCode", "toString");

  private PublicApi() {}

  /**
   * Compares the packages with the file.
   *
   * @param member a class of the module
   * @param packages what the module exports
   * @return the lines found
   */
  public static List<String> check(Class<?> member, Collection<String> packages)
      throws IOException {
    List<String> found = new ArrayList<>();
    for (String name : new TreeSet<>(packages)) {
      for (Class<?> type : types(member, name)) {
        found.addAll(lines(type));
      }
    }
    assertThat(found).as("types in %s", packages).isNotEmpty();
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(FILE.getParent());
      Files.write(FILE, found);
    }
    assertThat(found)
        .as("the public API; run this test with -Dgolden.write=true and look at the difference")
        .isEqualTo(Files.readAllLines(FILE));
    return found;
  }

  private static List<Class<?>> types(Class<?> member, String packageName) throws IOException {
    Path folder = root(member).resolve(packageName.replace('.', '/'));
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          Class<?> type = load(packageName + "." + name.substring(0, name.length() - 6), member);
          if (isOpen(type)) {
            types.add(type);
          }
        }
      }
    }
    return types;
  }

  private static Path root(Class<?> member) {
    try {
      URI place = member.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(place);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> load(String name, Class<?> member) {
    try {
      return Class.forName(name, false, member.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Public, and so is every type around it. */
  private static boolean isOpen(Class<?> type) {
    boolean open = Modifier.isPublic(type.getModifiers()) && !type.isAnonymousClass();
    return open && (type.getDeclaringClass() == null || isOpen(type.getDeclaringClass()));
  }

  private static List<String> lines(Class<?> type) {
    TreeSet<String> members = new TreeSet<>();
    members(type.getDeclaredFields()).forEach(f -> members.add(((Field) f).toGenericString()));
    Stream.of(type.getDeclaredConstructors(), type.getDeclaredMethods())
        .flatMap(all -> members(all).stream())
        .forEach(e -> members.add(((Executable) e).toGenericString()));
    List<String> lines = new ArrayList<>();
    lines.add(header(type) + above(type));
    members.forEach(
        member -> lines.add("  " + member.replace(type.getName() + ".", "").replace("$", ".")));
    return lines;
  }

  /** Not {@link Class#toGenericString}: JDKs do not agree on its words. */
  private static String header(Class<?> type) {
    int words = Modifier.PUBLIC | Modifier.ABSTRACT | Modifier.STATIC | Modifier.FINAL;
    String kind =
        type.isRecord()
            ? "record"
            : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
    String parameters =
        type.getTypeParameters().length == 0
            ? ""
            : Arrays.stream(type.getTypeParameters())
                .map(Type::getTypeName)
                .collect(Collectors.joining(",", "<", ">"));
    return "%s %s %s%s"
        .formatted(
            Modifier.toString(type.getModifiers() & words), kind, type.getName(), parameters);
  }

  private static String above(Class<?> type) {
    String extended =
        type.getGenericSuperclass() == null || type.getSuperclass() == Object.class
            ? ""
            : " extends " + type.getGenericSuperclass().getTypeName();
    Type[] interfaces = type.getGenericInterfaces();
    return interfaces.length == 0
        ? extended
        : extended
            + Arrays.stream(interfaces)
                .map(Type::getTypeName)
                .collect(Collectors.joining(", ", " implements ", ""));
  }

  private static List<Member> members(Member[] all) {
    int open = Modifier.PUBLIC | Modifier.PROTECTED;
    return Arrays.stream(all)
        .filter(m -> (m.getModifiers() & open) != 0 && !m.isSynthetic())
        .filter(m -> !OF_OBJECT.contains(m.getName()))
        .toList();
  }
}
