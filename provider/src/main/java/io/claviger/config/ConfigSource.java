package io.claviger.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.claviger.kms.BackendFields;
import io.claviger.kms.ConfigurationException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where settings come from. Every source ends as one flat object of snake_case fields, which {@link
 * ConfigFields} reads; a later source wins over an earlier one: file, environment, system property,
 * code. Remembers where each field stood, so that errors can say it.
 */
final class ConfigSource {
  private static final String FILE_VARIABLE = "CLAVIGER_CONFIG";
  private static final String FILE_PROPERTY = "claviger.config";
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Set<String> SECRETS =
      Set.of(
          LocalConfig.MASTER_KEY,
          StaticConfig.SECRET_KEY,
          "vault_token",
          "approle_secret_id",
          AwsKmsConfig.SECRET_ACCESS_KEY,
          AwsKmsConfig.SESSION_TOKEN);
  private static final Logger LOG = LoggerFactory.getLogger(ConfigSource.class);

  private static final Pattern UNEXPANDED = Pattern.compile("\\$\\{[^}]*}");
  private static final Pattern MINGLED =
      Pattern.compile("(" + String.join("|", SECRETS) + ")\\s*[=:]");

  private final Map<String, Object> fields;
  private final Map<String, String> origins;

  private ConfigSource(Map<String, Object> fields, Map<String, String> origins) {
    this.fields = fields;
    this.origins = origins;
  }

  KmsConfig read() {
    return RustfsJson.isStored(fields)
        ? RustfsJson.read(fields, origins)
        : ConfigFields.read(fields, origins);
  }

  /** Reads the flat shape only; {@code backendType} where it names none. */
  KmsConfig readRequest(String backendType) {
    if (fields.get(ConfigFields.BACKEND_TYPE) == null) {
      fields.put(ConfigFields.BACKEND_TYPE, backendType);
    }
    return readRequest();
  }

  /** Reads the flat shape only. */
  KmsConfig readRequest() {
    return ConfigFields.read(fields, origins);
  }

  static ConfigSource environment(
      Map<String, String> inCode, Map<String, String> variables, Map<String, String> properties) {
    KnownNames.checkVariables(variables.keySet());
    KnownNames.checkProperties(properties.keySet());
    String named = FILE_PROPERTY;
    String file = orNull(properties.get(FILE_PROPERTY));
    if (file == null) {
      named = FILE_VARIABLE;
      file = orNull(variables.get(FILE_VARIABLE));
    }
    ConfigSource source =
        file == null
            ? new ConfigSource(new LinkedHashMap<>(), new HashMap<>())
            : file(Path.of(file), named);
    for (String field : ConfigFields.NAMES) {
      source.putVariables(field, variables);
      source.putProperty(field, properties);
    }
    inCode.forEach((field, value) -> source.put(field, value, "code"));
    return source;
  }

  private void putProperty(String field, Map<String, String> properties) {
    String property = KnownNames.PROPERTY_PREFIX + field;
    String value = orNull(properties.get(property));
    if (value != null && SECRETS.contains(field)) {
      LOG.warn(
          "config \"{}\" is the system property {}: listings of processes show it. Use a file ({}_file) or an environment variable",
          field,
          property,
          property);
    }
    put(field, value, "system property " + property);
  }

  /** An empty variable counts as unset. */
  private static @Nullable String orNull(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }

  private void putVariables(String field, Map<String, String> variables) {
    List<String> lastWins =
        Stream.concat(
                RustfsVariables.of(field),
                Stream.of(KnownNames.VARIABLE_PREFIX + field.toUpperCase(Locale.ROOT)))
            .toList();
    for (String variable : lastWins) {
      put(field, orNull(variables.get(variable)), "environment variable " + variable);
    }
  }

  private void put(String field, @Nullable String value, String origin) {
    if (value != null) {
      requireMeant(field, value, origin);
      fields.put(field, value);
      origins.put(field, origin);
    }
  }

  /** Refuses what a shell, a template or an editor left in a value; never shows the value. */
  private static void requireMeant(String field, String value, String origin) {
    String found = null;
    if (UNEXPANDED.matcher(value).find()) {
      found = "holds ${..}, which nothing expands here. Write the value itself";
    } else if (value.length() > 1 && isQuoted(value)) {
      found = "is in quotes, which would be part of it. Remove them";
    } else if (!value.equals(value.strip())) {
      found = "begins or ends with a blank. Remove it";
    } else if (MINGLED.matcher(value).find()) {
      found =
          "has the field of a secret in its middle. Separate fields as their place asks, in an argument by blanks or commas";
    }
    if (found != null) {
      throw ConfigErrors.invalid(
              field, found + "; a secret that is really so can be set in JSON or in code.")
          .at(origin);
    }
  }

  private static boolean isQuoted(String value) {
    char first = value.charAt(0);
    return (first == '"' || first == '\'') && value.charAt(value.length() - 1) == first;
  }

  /** Reads a file that the caller named itself. */
  static ConfigSource file(Path file) {
    return file(file, null);
  }

  /**
   * Reads a file.
   *
   * @param namedBy the setting that names it; null where it was named in code or by an argument
   */
  private static ConfigSource file(Path file, @Nullable String namedBy) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      throw unreadable(
          file,
          namedBy,
          "but YAML is not read. Write field = value in a .properties file, or a .json file.",
          null);
    }
    try {
      String read = Files.readString(file);
      String text = read.startsWith(BYTE_ORDER_MARK) ? read.substring(1) : read;
      return name.endsWith(".json") ? json(text, name + " ") : properties(text, name);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(
          file,
          namedBy,
          "which cannot be read (%s). Give a properties or .json file."
              .formatted(e.getClass().getSimpleName()),
          e);
    }
  }

  private static ConfigurationException unreadable(
      Path file, @Nullable String namedBy, String why, @Nullable Exception cause) {
    return namedBy == null
        ? ConfigErrors.invalid(file.toString(), "is named as the configuration file, " + why, cause)
        : ConfigErrors.invalid(namedBy, "names the file %s, %s".formatted(file, why), cause);
  }

  private static ConfigSource properties(String text, String name) throws IOException {
    OnceEach properties = new OnceEach();
    properties.load(new StringReader(text));
    for (String field : properties.twice) {
      throw ConfigErrors.invalid(
              field,
              "is set more than once, in lines %s. Keep one of them."
                  .formatted(linesOf(field, text)))
          .at(name);
    }
    ConfigSource source = new ConfigSource(new LinkedHashMap<>(), new HashMap<>());
    properties.forEach(
        (field, value) ->
            source.put(field.toString(), value.toString(), lineOf(field.toString(), text, name)));
    return source;
  }

  /** Notices names that come again. */
  private static final class OnceEach extends Properties {
    private static final long serialVersionUID = 1L;
    private final TreeSet<String> twice = new TreeSet<>();

    @Override
    public synchronized @Nullable Object put(Object field, Object value) {
      if (containsKey(field)) {
        twice.add(field.toString());
      }
      return super.put(field, value);
    }
  }

  private static String lineOf(String field, String text, String name) {
    List<Integer> lines = linesOf(field, text);
    return lines.isEmpty() ? name : "%s line %d".formatted(name, lines.get(0));
  }

  private static List<Integer> linesOf(String field, String text) {
    Pattern set = Pattern.compile("\\s*" + Pattern.quote(field) + "\\s*([=:\\s].*)?");
    List<String> lines = text.lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> set.matcher(lines.get(i)).matches())
        .mapToObj(i -> i + 1)
        .toList();
  }

  static ConfigSource fields(Map<String, ?> fields) {
    return new ConfigSource(BackendFields.of(fields).toMap(), new HashMap<>());
  }

  /**
   * Reads an object.
   *
   * @param name of the file with a blank, or empty
   */
  static ConfigSource json(String text, String name) {
    try (JsonParser parser = Json.parser(text)) {
      Optional<Map<String, Object>> fields = Json.object(text);
      if (fields.isPresent()) {
        return new ConfigSource(fields.get(), lines(parser, name));
      }
    } catch (JsonProcessingException e) {
      // the parser's message would show the text around the fault, secrets included
      throw ConfigErrors.invalid(
          "json", "%sline %d is not JSON. Mend it there.".formatted(name, line(e)));
    } catch (IOException e) {
      throw new IllegalStateException("internal error: a text in memory was not readable", e);
    }
    throw ConfigErrors.invalid("json", "is no object. Write {\"backend_type\": ..}.");
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
  }

  private static Map<String, String> lines(JsonParser parser, String name) throws IOException {
    Map<String, String> origins = new HashMap<>();
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.FIELD_NAME) {
        origins.putIfAbsent(
            parser.currentName(),
            "%sline %d".formatted(name, parser.currentTokenLocation().getLineNr()));
      }
    }
    return origins;
  }
}
