package io.claviger.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema in {@code docs/cli.md}, and of JSON Schema what it uses: type, enum, required,
 * properties, additionalProperties, items, references to its own definitions.
 */
final class Schema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode definitions;

  private Schema(JsonNode definitions) {
    this.definitions = definitions;
  }

  static Schema ofTheDocs() throws IOException {
    String page = Files.readString(Path.of("../docs/cli.md"));
    String block = page.substring(page.indexOf("```json schema") + "```json schema".length());
    return new Schema(JSON.readTree(block.substring(0, block.indexOf("```"))).get("$defs"));
  }

  /** Requires that {@code text} is one JSON value as {@code name} defines it, and returns it. */
  JsonNode check(String name, String text) throws IOException {
    JsonNode value = JSON.readTree(text);
    List<String> wrong = new ArrayList<>();
    check(definition(name), value, name, wrong);
    if (!wrong.isEmpty()) {
      throw new AssertionError(wrong + " in " + text);
    }
    return value;
  }

  /** Returns the names of all definitions. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    definitions.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode definition(String name) {
    if (!definitions.has(name)) {
      throw new AssertionError("the schema does not define " + name);
    }
    return definitions.get(name);
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> wrong) {
    if (schema.has("$ref")) {
      check(definition(schema.get("$ref").asText().replace("#/$defs/", "")), value, at, wrong);
      return;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      wrong.add("%s is %s, not one of %s".formatted(at, value, schema.get("enum")));
    }
    if (schema.has("type") && !isOfType(schema.get("type"), value)) {
      wrong.add("%s is %s, not of type %s".formatted(at, value, schema.get("type")));
    }
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asText())) {
                wrong.add("%s lacks %s".formatted(at, name));
              }
            });
    value
        .properties()
        .forEach(member -> member(schema, member.getKey(), member.getValue(), at, wrong));
    if (schema.has("items")) {
      value.forEach(item -> check(schema.get("items"), item, at + "[]", wrong));
    }
  }

  private void member(JsonNode schema, String name, JsonNode value, String at, List<String> wrong) {
    JsonNode known = schema.path("properties").path(name);
    JsonNode others = schema.path("additionalProperties");
    if (!known.isMissingNode()) {
      check(known, value, at + "." + name, wrong);
    } else if (others.isObject()) {
      check(others, value, at + "." + name, wrong);
    } else if (others.isBoolean() && !others.asBoolean()) {
      wrong.add("%s has %s, which is not in the schema".formatted(at, name));
    }
  }

  private static boolean contains(JsonNode all, JsonNode value) {
    for (JsonNode each : all) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfType(JsonNode types, JsonNode value) {
    if (types.isArray()) {
      for (JsonNode type : types) {
        if (isOfType(type, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (types.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("type " + types);
    };
  }
}
