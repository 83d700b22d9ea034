package io.claviger.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The one place where configurations meet the JSON library. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  private Json() {}

  /**
   * Returns the object in {@code text}, or nothing if another value is there.
   *
   * @throws JsonProcessingException if it is not JSON; its message may show secrets
   */
  static Optional<Map<String, Object>> object(String text) throws JsonProcessingException {
    JsonNode node = MAPPER.readTree(text);
    return node instanceof ObjectNode
        ? Optional.of(MAPPER.convertValue(node, FIELDS))
        : Optional.empty();
  }

  static JsonParser parser(String text) throws IOException {
    return MAPPER.createParser(text);
  }

  static String write(Map<String, Object> fields) {
    try {
      return MAPPER.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("internal error: texts and numbers are always JSON", e);
    }
  }
}
