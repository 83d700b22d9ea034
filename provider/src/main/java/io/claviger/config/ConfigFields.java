package io.claviger.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** THE table of settings: each field's name and what it sets. */
final class ConfigFields {
  static final String BACKEND_TYPE = "backend_type";
  static final String MASTER_KEY_FILE = "master_key_file";

  private static final Map<String, BiConsumer<KmsConfig.Builder, JsonNode>> COMMON =
      new LinkedHashMap<>();

  static {
    COMMON.put("default_key_id", (b, v) -> b.defaultKeyId(v.asText()));
    COMMON.put("timeout_seconds", (b, v) -> b.timeout(seconds("timeout_seconds", v)));
    COMMON.put("retry_attempts", (b, v) -> b.retryAttempts(number("retry_attempts", v)));
    COMMON.put("enable_cache", (b, v) -> b.enableCache(flag("enable_cache", v)));
    COMMON.put(
        "max_cached_keys",
        (b, v) -> b.changeCache(c -> c.withMaxKeys(number("max_cached_keys", v))));
    COMMON.put(
        "cache_ttl_seconds",
        (b, v) -> b.changeCache(c -> c.withTtl(seconds("cache_ttl_seconds", v))));
    COMMON.put(
        "allow_insecure_dev_defaults",
        (b, v) -> b.allowInsecureDevDefaults(flag("allow_insecure_dev_defaults", v)));
    COMMON.put("strict_decrypt", (b, v) -> b.strictDecrypt(flag("strict_decrypt", v)));
  }

  private static final Set<String> LOCAL =
      Set.of(LocalConfig.KEY_DIR, LocalConfig.MASTER_KEY, MASTER_KEY_FILE);
  private static final Set<String> LOCAL_TYPES = Set.of("Local", "local");

  /** Every name that environment variables and system properties are looked up by. */
  static final List<String> NAMES = names();

  private ConfigFields() {}

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(BACKEND_TYPE);
    names.addAll(COMMON.keySet());
    names.addAll(LOCAL.stream().sorted().toList());
    return List.copyOf(names);
  }

  /** Reads a flat object of fields; unknown ones are refused by name. */
  static KmsConfig read(ObjectNode all) {
    JsonNode type = all.get(BACKEND_TYPE);
    if (type == null || type.asText().isBlank()) {
      throw ConfigErrors.invalid(
          BACKEND_TYPE,
          "is missing. Set it to Local, memory or the type of your own backend (environment: CLAVIGER_BACKEND_TYPE).");
    }
    ObjectNode own = all.deepCopy();
    own.remove(BACKEND_TYPE);
    own.remove(COMMON.keySet());
    KmsConfig.Builder builder = KmsConfig.builder(backend(type.asText(), own));
    COMMON.forEach(
        (name, set) -> {
          JsonNode value = all.get(name);
          if (value != null && !value.isNull()) {
            set.accept(builder, value);
          }
        });
    KmsConfig config = builder.build();
    config.validate();
    return config;
  }

  private static BackendConfig backend(String type, ObjectNode fields) {
    if (!LOCAL_TYPES.contains(type)) {
      return CustomConfig.of(type, fields);
    }
    fields
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!LOCAL.contains(name)) {
                throw ConfigErrors.invalid(
                    name,
                    "is not known for backend_type %s. Remove it; known are %s and %s."
                        .formatted(type, COMMON.keySet(), LOCAL.stream().sorted().toList()));
              }
            });
    String keyDir = text(fields, LocalConfig.KEY_DIR);
    ConfigErrors.requireText(LocalConfig.KEY_DIR, keyDir);
    return new LocalConfig(Path.of(String.valueOf(keyDir)), masterKey(fields));
  }

  private static @Nullable SecretBytes masterKey(ObjectNode fields) {
    String inline = text(fields, LocalConfig.MASTER_KEY);
    String file = text(fields, MASTER_KEY_FILE);
    if (inline != null && file != null) {
      throw ConfigErrors.invalid(
          MASTER_KEY_FILE, "and \"master_key\" are both set. Keep one of them.");
    }
    if (file != null) {
      try {
        String line = Files.readString(Path.of(file)).strip();
        return SecretBytes.takeOwnership(line.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw ConfigErrors.invalid(
            MASTER_KEY_FILE,
            "names %s, which cannot be read. Check path and rights.".formatted(file),
            e);
      }
    }
    return inline == null
        ? null
        : SecretBytes.takeOwnership(inline.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String text(ObjectNode fields, String name) {
    JsonNode value = fields.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static Duration seconds(String field, JsonNode value) {
    return Duration.ofSeconds(number(field, value));
  }

  private static int number(String field, JsonNode value) {
    try {
      return Integer.parseInt(value.asText().strip());
    } catch (NumberFormatException e) {
      throw ConfigErrors.invalid(
          field, "is \"%s\". Use a whole number.".formatted(value.asText()), e);
    }
  }

  private static boolean flag(String field, JsonNode value) {
    return switch (value.asText().strip()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw ConfigErrors.invalid(
              field, "is \"%s\". Use true or false.".formatted(value.asText()));
    };
  }
}
