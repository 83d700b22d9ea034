package io.claviger.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from. Every source ends as one flat object of snake_case fields, which {@link
 * ConfigFields} reads; a later source wins over an earlier one: file, environment, system property.
 */
final class ConfigSource {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final String FILE_VARIABLE = "CLAVIGER_CONFIG";
  private static final String PROPERTY_PREFIX = "claviger.";
  private static final String[] VARIABLE_PREFIXES = {"RUSTFS_KMS_", "CLAVIGER_"};

  private ConfigSource() {}

  static ObjectNode environment(
      Map<String, String> variables, Function<String, @Nullable String> properties) {
    String file = variables.get(FILE_VARIABLE);
    ObjectNode fields = file == null ? JSON.createObjectNode() : file(Path.of(file));
    for (String field : ConfigFields.NAMES) {
      for (String prefix : VARIABLE_PREFIXES) {
        put(fields, field, variables.get(prefix + field.toUpperCase(java.util.Locale.ROOT)));
      }
      put(fields, field, properties.apply(PROPERTY_PREFIX + field));
    }
    return fields;
  }

  private static void put(ObjectNode fields, String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  static ObjectNode file(Path file) {
    try {
      return file.toString().endsWith(".json") ? json(Files.readString(file)) : properties(file);
    } catch (IOException | IllegalArgumentException e) {
      throw ConfigErrors.invalid(
          FILE_VARIABLE,
          "names the file %s, which cannot be read (%s). Give a properties or .json file."
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  private static ObjectNode properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    }
    ObjectNode fields = JSON.createObjectNode();
    properties.forEach((name, value) -> fields.put(name.toString(), value.toString()));
    return fields;
  }

  static ObjectNode json(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node instanceof ObjectNode fields) {
        return fields;
      }
    } catch (JsonProcessingException e) {
      // the parser's message would show the text around the fault, secrets included
      throw ConfigErrors.invalid(
          "json", "line %d is not JSON. Mend it there.".formatted(e.getLocation().getLineNr()));
    }
    throw ConfigErrors.invalid("json", "is no object. Write {\"backend_type\": ..}.");
  }
}
