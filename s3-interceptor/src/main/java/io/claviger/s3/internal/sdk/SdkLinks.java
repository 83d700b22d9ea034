package io.claviger.s3.internal.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether an SDK has each class and member that the classes of this module name, by their class
 * files: the JVM itself looks only where it comes by, in the middle of a call.
 *
 * <p>Loads and runs nothing. Reads class files, so blocks for some tens of milliseconds. What a
 * class loader gives no class file of is taken to be there.
 */
final class SdkLinks {
  private static final String OWN = "io/claviger/s3/";
  private static final String SDK = "software/amazon/awssdk/";

  /** What they name is looked up by them, and passed over where it is missing. */
  private static final Set<String> LOOKING =
      Set.of(OWN + "internal/sdk/SdkMembers", OWN + "internal/sdk/SdkChecksums");

  private final ClassLoader loader;
  private final Map<String, Optional<ClassFile>> files = new HashMap<>();
  private final Set<String> missing = new TreeSet<>();

  private SdkLinks(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Returns what is missing of all that {@code roots}, and every class of this module that they
   * lead to, name of the SDK; sorted, for people.
   *
   * @param roots names with slashes
   */
  static Set<String> missing(ClassLoader loader, Set<String> roots) {
    SdkLinks links = new SdkLinks(loader);
    links.walk(roots);
    return links.missing;
  }

  private void walk(Set<String> roots) {
    Set<String> seen = new HashSet<>(roots);
    Deque<String> left = new ArrayDeque<>(seen);
    while (!left.isEmpty()) {
      String name = left.remove();
      ClassFile own = file(name);
      if (own == null) {
        continue;
      }
      own.classes().stream().filter(c -> c.startsWith(OWN) && seen.add(c)).forEach(left::add);
      if (!LOOKING.contains(name)) {
        own.classes().forEach(this::requireClass);
        own.used().forEach(this::requireMember);
      }
    }
  }

  private void requireClass(String name) {
    if (name.startsWith(SDK) && file(name) == null) {
      missing.add(name.replace('/', '.'));
    }
  }

  private void requireMember(ClassFile.Use use) {
    if (use.owner().startsWith(SDK) && file(use.owner()) != null && !has(use.owner(), use)) {
      missing.add((use.owner() + "." + use.member()).replace('/', '.'));
    }
  }

  private boolean has(String type, ClassFile.Use use) {
    ClassFile found = file(type);
    return found == null // of another library: taken to be there
        || found.declared().contains(use.member())
        || found.parents().stream().anyMatch(parent -> has(parent, use));
  }

  private @Nullable ClassFile file(String name) {
    return files.computeIfAbsent(name, this::read).orElse(null);
  }

  private Optional<ClassFile> read(String name) {
    try (InputStream bytes = loader.getResourceAsStream(name + ".class")) {
      return bytes == null ? Optional.empty() : Optional.of(ClassFile.read(bytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
