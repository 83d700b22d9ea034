package io.claviger.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to an object of settings: one reading for JSON, properties and environment, whose
 * values are all text in the latter two. A value of the wrong type is refused by its name.
 */
final class Fields {
  private static final String SECS = "secs";
  private static final String NANOS = "nanos";

  private final ObjectNode node;

  Fields(ObjectNode node) {
    this.node = node;
  }

  boolean has(String name) {
    return node.hasNonNull(name);
  }

  boolean isNumber(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isNumber();
  }

  @Nullable String text(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isValueNode()) {
      throw ConfigErrors.invalid(name, "is an object or a list. Use a text.");
    }
    return value.asText();
  }

  String text(String name, String fallback) {
    String value = text(name);
    return value == null ? fallback : value;
  }

  String requireText(String name) {
    String value = text(name);
    if (value == null || value.isBlank()) {
      throw ConfigErrors.invalid(name, "is missing or empty. Set it.");
    }
    return value;
  }

  @Nullable Path path(String name) {
    String value = text(name);
    return value == null ? null : path(name, value);
  }

  Path requirePath(String name) {
    return path(name, requireText(name));
  }

  private static Path path(String name, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw ConfigErrors.invalid(name, "is no path. Use an absolute path.", e);
    }
  }

  /** Returns the secret under {@code name}; the answer belongs to the caller. */
  @Nullable SecretBytes secret(String name) {
    String value = text(name);
    return value == null ? null : SecretBytes.takeOwnership(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the secret under {@code name}, or in the file that {@code fileName} names. */
  @Nullable SecretBytes secret(String name, String fileName) {
    Path file = path(fileName);
    if (file == null) {
      return secret(name);
    }
    if (has(name)) {
      throw ConfigErrors.invalid(
          fileName, "and \"%s\" are both set. Keep one of them.".formatted(name));
    }
    try {
      String content = Files.readString(file);
      String line = (content.startsWith("\uFEFF") ? content.substring(1) : content).strip();
      if (line.isEmpty()) {
        throw ConfigErrors.invalid(
            fileName, "names %s, which is empty. Write the secret into it.".formatted(file));
      }
      return SecretBytes.takeOwnership(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw ConfigErrors.invalid(
          fileName, "names %s, which cannot be read. Check path and rights.".formatted(file), e);
    }
  }

  int number(String name, int fallback) {
    String value = text(name);
    try {
      return value == null ? fallback : Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw ConfigErrors.invalid(name, "is \"%s\". Use a whole number.".formatted(value), e);
    }
  }

  boolean flag(String name, boolean fallback) {
    String value = text(name);
    if (value == null) {
      return fallback;
    }
    return switch (value.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw ConfigErrors.invalid(name, "is \"%s\". Use true or false.".formatted(value));
    };
  }

  /** Returns whole seconds, or an object of seconds and nanoseconds. */
  Duration duration(String name, Duration fallback) {
    if (!has(name)) {
      return fallback;
    }
    Fields parts = object(name);
    if (parts == null) {
      return Duration.ofSeconds(number(name, 0));
    }
    parts.refuseOthers(Set.of(SECS, NANOS), "a duration");
    return Duration.ofSeconds(parts.number(SECS, 0), parts.number(NANOS, 0));
  }

  /** Returns the object under {@code name}, or null if there is none or it is a plain value. */
  @Nullable Fields object(String name) {
    return node.get(name) instanceof ObjectNode inner ? new Fields(inner) : null;
  }

  /** Returns the names of all fields that are set. */
  TreeSet<String> names() {
    TreeSet<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Returns a copy of the object without {@code names}. */
  ObjectNode without(Collection<String> names) {
    return node.deepCopy().remove(names);
  }

  /** Refuses fields that {@code known} does not name, by name. */
  void refuseOthers(Collection<String> known, String of) {
    for (String name : names()) {
      if (!known.contains(name)) {
        throw ConfigErrors.invalid(
            name,
            "is not known for %s. Remove it; known are %s.".formatted(of, new TreeSet<>(known)));
      }
    }
  }

  /** Refuses two ways of saying the same thing. */
  void refuseBoth(String one, String other) {
    if (has(one) && has(other)) {
      throw ConfigErrors.invalid(
          one, "and \"%s\" are both set. Keep one of them.".formatted(other));
    }
  }
}
