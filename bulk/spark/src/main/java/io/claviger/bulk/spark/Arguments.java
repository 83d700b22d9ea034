package io.claviger.bulk.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Arguments of the main class: words, and {@code --name value} or {@code --name} for those that
 * have no value.
 */
final class Arguments {
  private static final Set<String> WITH_VALUE =
      Set.of(
          "folder",
          "endpoint",
          "region",
          "option",
          "threads",
          "requests-per-second",
          "ranges",
          "piece-units",
          "to-key",
          "to-bucket");
  private static final Set<String> WITHOUT =
      Set.of("versions", "quick", "purge-replaced", "path-style");

  private final List<String> words = new ArrayList<>();
  private final Map<String, List<String>> named = new TreeMap<>();

  /**
   * @throws IllegalArgumentException naming what is unknown or has no value
   */
  Arguments(String... args) {
    for (int i = 0; i < args.length; i++) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : "";
      if (name.isEmpty()) {
        words.add(args[i]);
      } else if (WITHOUT.contains(name)) {
        named.put(name, List.of());
      } else if (!WITH_VALUE.contains(name)) {
        throw new IllegalArgumentException(
            "--%s is unknown, expected one of %s or %s".formatted(name, WITH_VALUE, WITHOUT));
      } else if (++i == args.length) {
        throw new IllegalArgumentException("--%s needs a value behind it".formatted(name));
      } else {
        named.computeIfAbsent(name, n -> new ArrayList<>()).add(args[i]);
      }
    }
  }

  /**
   * Returns the words, as many as expected.
   *
   * @throws IllegalArgumentException for others
   */
  List<String> words(int expected, String usage) {
    if (words.size() != expected) {
      throw new IllegalArgumentException(
          "%d arguments without a name, expected %s".formatted(words.size(), usage));
    }
    return words;
  }

  boolean has(String name) {
    return named.containsKey(name);
  }

  List<String> all(String name) {
    return named.getOrDefault(name, List.of());
  }

  /** Returns the last value, or what it is by default. */
  String get(String name, String byDefault) {
    List<String> all = all(name);
    return all.isEmpty() ? byDefault : all.get(all.size() - 1);
  }

  int number(String name, int byDefault) {
    String text = get(name, Integer.toString(byDefault));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--%s %s is no number".formatted(name, text), e);
    }
  }
}
