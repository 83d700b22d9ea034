package io.claviger.e2e.awskms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in front of a KMS that answers to RotateKeyOnDemand and names no key material, and names
 * it as AWS does: a new id after each rotation.
 */
final class RotatingKms extends CountedKms {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Integer> rotations = new ConcurrentHashMap<>();
  private volatile int behind;

  RotatingKms(URI kms) {
    super(kms);
  }

  /** Lets data keys be made under the material before that which is described, or no longer. */
  void dataKeysAreBehind(boolean are) {
    behind = are ? 1 : 0;
  }

  /** Returns the id of a key's material after so many rotations. */
  static String material(String arn, int rotation) {
    return "%s-%04d".formatted(last(arn).replace("-", ""), rotation);
  }

  private static String last(String arn) {
    return arn.substring(arn.indexOf('/') + 1);
  }

  private int rotation(String id) {
    return rotations.getOrDefault(last(id), 0);
  }

  @Override
  byte[] answer(String operation, byte[] body) {
    try {
      JsonNode answer = JSON.readTree(body);
      String id = answer.path("KeyId").asText();
      switch (operation) {
        case "RotateKeyOnDemand" -> rotations.merge(last(id), 1, Integer::sum);
        case "DescribeKey" -> {
          ObjectNode key = (ObjectNode) answer.path("KeyMetadata");
          String arn = key.path("Arn").asText();
          key.put("CurrentKeyMaterialId", material(arn, rotation(arn)));
        }
        case "GenerateDataKey" ->
            ((ObjectNode) answer).put("KeyMaterialId", material(id, rotation(id) - behind));
        default -> {
          return body;
        }
      }
      return JSON.writeValueAsBytes(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
