package io.claviger.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from. Every source ends as one flat object of snake_case fields, which {@link
 * ConfigFields} reads; a later source wins over an earlier one: file, environment, system property,
 * code. Remembers where each field stood, so that errors can say it.
 */
final class ConfigSource {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final String FILE_VARIABLE = "CLAVIGER_CONFIG";
  private static final String FILE_PROPERTY = "claviger.config";
  private static final String PROPERTY_PREFIX = "claviger.";
  private static final String VARIABLE_PREFIX = "CLAVIGER_";

  private final ObjectNode fields;
  private final Map<String, String> origins;

  private ConfigSource(ObjectNode fields, Map<String, String> origins) {
    this.fields = fields;
    this.origins = origins;
  }

  KmsConfig read() {
    return StoredShape.isStored(fields)
        ? StoredShape.read(fields, origins)
        : ConfigFields.read(fields, origins);
  }

  /** Reads the flat shape only. */
  KmsConfig readRequest() {
    return ConfigFields.read(fields, origins);
  }

  static ConfigSource environment(
      Map<String, String> inCode,
      Map<String, String> variables,
      Function<String, @Nullable String> properties) {
    String file = properties.apply(FILE_PROPERTY);
    if (file == null) {
      file = variables.get(FILE_VARIABLE);
    }
    ConfigSource source =
        file == null
            ? new ConfigSource(JSON.createObjectNode(), new HashMap<>())
            : file(Path.of(file));
    for (String field : ConfigFields.NAMES) {
      source.putVariables(field, variables);
      String property = PROPERTY_PREFIX + field;
      source.put(field, properties.apply(property), "system property " + property);
    }
    inCode.forEach((field, value) -> source.put(field, value, "code"));
    return source;
  }

  private void putVariables(String field, Map<String, String> variables) {
    List<String> lastWins =
        Stream.concat(
                RustfsNames.of(field), Stream.of(VARIABLE_PREFIX + field.toUpperCase(Locale.ROOT)))
            .toList();
    for (String variable : lastWins) {
      put(field, variables.get(variable), "environment variable " + variable);
    }
  }

  private void put(String field, @Nullable String value, String origin) {
    if (value != null) {
      fields.put(field, value);
      origins.put(field, origin);
    }
  }

  static ConfigSource file(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      String text = Files.readString(file);
      return name.endsWith(".json") ? json(text, name + " ") : properties(text, name);
    } catch (IOException | IllegalArgumentException e) {
      throw ConfigErrors.invalid(
          FILE_VARIABLE,
          "names the file %s, which cannot be read (%s). Give a properties or .json file."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  private static ConfigSource properties(String text, String name) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    ConfigSource source = new ConfigSource(JSON.createObjectNode(), new HashMap<>());
    properties.forEach(
        (field, value) ->
            source.put(field.toString(), value.toString(), lineOf(field.toString(), text, name)));
    return source;
  }

  private static String lineOf(String field, String text, String name) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith(field)) {
        return "%s line %d".formatted(name, i + 1);
      }
    }
    return name;
  }

  /**
   * Reads an object.
   *
   * @param name of the file with a blank, or empty
   */
  static ConfigSource json(String text, String name) {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode fields) {
        return new ConfigSource(fields, lines(parser, name));
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
