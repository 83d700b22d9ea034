package io.claviger.kms;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a backend as its factory reads them: one typed reading of JSON, properties and
 * environment, whose values are all text in the latter two. A value of the wrong type is refused by
 * the field's name.
 *
 * <p>Immutable and safe for threads; nothing here blocks but {@link #secret(String, String)}, which
 * reads a file. {@code toString} shows the names only, since any value may be a secret. Every
 * refusal is a {@link ConfigurationException} that names the field.
 */
public final class BackendFields {
  private static final String SECS = "secs";
  private static final String NANOS = "nanos";

  private final Map<String, Object> values;

  private BackendFields(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Returns the settings in {@code values}, which are copied.
   *
   * @param values snake_case names; texts, numbers, booleans, lists, and maps of the same; null
   *     counts as not set
   */
  public static BackendFields of(Map<String, ?> values) {
    return new BackendFields(copy(values));
  }

  private static Map<String, Object> copy(Map<?, ?> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (value != null) {
            copy.put(String.valueOf(name), value instanceof Map<?, ?> inner ? copy(inner) : value);
          }
        });
    return copy;
  }

  /** Returns all settings with their secrets: a copy that is the caller's. */
  public Map<String, Object> toMap() {
    return copy(values);
  }

  /** Returns whether the field is set. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns whether the field is set to a number, as only JSON and code can. */
  public boolean isNumber(String name) {
    return values.get(name) instanceof Number;
  }

  /** Returns the value as text, a number or boolean in its decimal or plain form; or null. */
  public @Nullable String text(String name) {
    Object value = values.get(name);
    if (value instanceof Map || value instanceof Collection) {
      throw invalid(name, "is an object or a list. Use a text.");
    }
    return value == null ? null : value.toString();
  }

  /** Returns the value as text, {@code fallback} where none is set. */
  public String text(String name, String fallback) {
    String value = text(name);
    return value == null ? fallback : value;
  }

  /** Returns the value as text; refuses a missing, empty or blank one. */
  public String requireText(String name) {
    String value = text(name);
    if (value == null || value.isBlank()) {
      throw invalid(name, "is missing or empty. Set it.");
    }
    return value;
  }

  /** Returns the value as a path, or null. */
  public @Nullable Path path(String name) {
    String value = text(name);
    return value == null ? null : path(name, value);
  }

  /** Returns the value as a path; refuses a missing or empty one. */
  public Path requirePath(String name) {
    return path(name, requireText(name));
  }

  private static Path path(String name, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw invalid(name, "is no path. Use an absolute path.", e);
    }
  }

  /** Returns the UTF-8 bytes of the secret under {@code name}, the caller's to close; or null. */
  public @Nullable SecretBytes secret(String name) {
    String value = text(name);
    return value == null ? null : SecretBytes.takeOwnership(value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the secret under {@code name}, or in the file that {@code fileName} names, without
   * blanks and line ends around it; or null. Reads that file; refuses both together, and a file
   * that is empty or cannot be read.
   */
  public @Nullable SecretBytes secret(String name, String fileName) {
    Path file = path(fileName);
    if (file == null) {
      return secret(name);
    }
    if (has(name)) {
      throw invalid(fileName, "and \"%s\" are both set. Keep one of them.".formatted(name));
    }
    try {
      String content = Files.readString(file);
      String line = (content.startsWith("\uFEFF") ? content.substring(1) : content).strip();
      if (line.isEmpty()) {
        throw invalid(
            fileName, "names %s, which is empty. Write the secret into it.".formatted(file));
      }
      return SecretBytes.takeOwnership(line.getBytes(StandardCharsets.UTF_8));
    } catch (CharacterCodingException e) {
      throw invalid(
          fileName,
          "names %s, whose content is no UTF-8 text. Save the file as UTF-8.".formatted(file),
          e);
    } catch (IOException e) {
      throw invalid(
          fileName, "names %s, which cannot be read. Check path and rights.".formatted(file), e);
    }
  }

  /** Returns a whole number, {@code fallback} where none is set. */
  public int number(String name, int fallback) {
    String value = text(name);
    try {
      return value == null ? fallback : Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw invalid(name, "is \"%s\". Use a whole number.".formatted(value), e);
    }
  }

  /** Returns true or false, {@code fallback} where none is set. */
  public boolean flag(String name, boolean fallback) {
    String value = text(name);
    if (value == null) {
      return fallback;
    }
    return switch (value.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(name, "is \"%s\". Use true or false.".formatted(value));
    };
  }

  /** Returns whole seconds, or an object of seconds and nanoseconds. */
  public Duration duration(String name, Duration fallback) {
    if (!has(name)) {
      return fallback;
    }
    BackendFields parts = object(name);
    if (parts == null) {
      return Duration.ofSeconds(number(name, 0));
    }
    parts.refuseOthers(Set.of(SECS, NANOS), "a duration");
    return Duration.ofSeconds(parts.number(SECS, 0), parts.number(NANOS, 0));
  }

  /** Returns the object under {@code name}, or null if there is none or it is a plain value. */
  public @Nullable BackendFields object(String name) {
    return values.get(name) instanceof Map<?, ?> inner ? new BackendFields(copy(inner)) : null;
  }

  /** Returns the names of all fields that are set, sorted; the caller's. */
  public TreeSet<String> names() {
    return new TreeSet<>(values.keySet());
  }

  /** Returns these settings without {@code names}. */
  public BackendFields without(Collection<String> names) {
    Map<String, Object> rest = copy(values);
    rest.keySet().removeAll(names);
    return new BackendFields(rest);
  }

  /**
   * Refuses fields that {@code known} does not name, by name.
   *
   * @param of whose fields they are, for the message
   */
  public void refuseOthers(Collection<String> known, String of) {
    for (String name : names()) {
      if (!known.contains(name)) {
        throw invalid(
            name,
            "is not known for %s. Remove it%s."
                .formatted(of, known.isEmpty() ? "" : "; known are " + new TreeSet<>(known)));
      }
    }
  }

  /** Refuses two ways of saying the same thing. */
  public void refuseBoth(String one, String other) {
    if (has(one) && has(other)) {
      throw invalid(one, "and \"%s\" are both set. Keep one of them.".formatted(other));
    }
  }

  @Override
  public String toString() {
    return "BackendFields" + values.keySet();
  }

  private static ConfigurationException invalid(String field, String foundAndAdvice) {
    return invalid(field, foundAndAdvice, null);
  }

  private static ConfigurationException invalid(
      String field, String foundAndAdvice, @Nullable Throwable cause) {
    return ConfigurationException.ofField(field, foundAndAdvice, cause);
  }
}
