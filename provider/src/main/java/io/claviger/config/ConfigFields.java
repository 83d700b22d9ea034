package io.claviger.config;

import io.claviger.kms.BackendFields;
import io.claviger.kms.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** THE table of the settings that every backend shares: each field's name and what it sets. */
final class ConfigFields {
  static final String BACKEND_TYPE = "backend_type";
  static final String IN_CODE_ONLY = "allow_immediate_deletion";

  private static final Map<String, BiConsumer<KmsConfig.Builder, BackendFields>> COMMON =
      new LinkedHashMap<>();

  static {
    COMMON.put("default_key_id", (b, f) -> b.defaultKeyId(f.text("default_key_id")));
    COMMON.put(
        "timeout_seconds",
        (b, f) -> b.timeout(f.duration("timeout_seconds", KmsConfig.DEFAULT_TIMEOUT)));
    COMMON.put(
        "retry_attempts",
        (b, f) -> b.retryAttempts(f.number("retry_attempts", KmsConfig.DEFAULT_RETRY_ATTEMPTS)));
    COMMON.put("enable_cache", (b, f) -> b.enableCache(f.flag("enable_cache", true)));
    COMMON.put(
        "max_cached_keys",
        (b, f) -> b.changeCache(c -> c.withMaxKeys(f.number("max_cached_keys", c.maxKeys()))));
    COMMON.put(
        "cache_ttl_seconds",
        (b, f) -> b.changeCache(c -> c.withTtl(f.duration("cache_ttl_seconds", c.ttl()))));
    COMMON.put(
        "enable_cache_metrics",
        (b, f) -> b.changeCache(c -> c.withMetrics(f.flag("enable_cache_metrics", true))));
    COMMON.put(
        "max_cached_data_keys",
        (b, f) -> b.changeCache(c -> c.withMaxDataKeys(f.number("max_cached_data_keys", 0))));
    COMMON.put(
        "data_key_cache_ttl_seconds",
        (b, f) ->
            b.changeCache(
                c -> c.withDataKeyTtl(f.duration("data_key_cache_ttl_seconds", c.dataKeyTtl()))));
    COMMON.put(
        "allow_insecure_dev_defaults",
        (b, f) -> b.allowInsecureDevDefaults(f.flag("allow_insecure_dev_defaults", false)));
    COMMON.put("strict_decrypt", (b, f) -> b.strictDecrypt(f.flag("strict_decrypt", false)));
  }

  /** Every name that environment variables and system properties are looked up by. */
  static final List<String> NAMES =
      Stream.of(Stream.of(BACKEND_TYPE), COMMON.keySet().stream(), BackendType.flatFields())
          .flatMap(names -> names)
          .toList();

  private ConfigFields() {}

  /**
   * Reads a flat object of fields; unknown ones are refused by name.
   *
   * @param origins where a field stands, for messages; may lack any
   */
  static KmsConfig read(Map<String, Object> all, Map<String, String> origins) {
    try {
      return read(BackendFields.of(all));
    } catch (ConfigurationException e) {
      throw located(e, origins);
    }
  }

  static ConfigurationException located(ConfigurationException e, Map<String, String> origins) {
    Optional<String> place = e.field().map(origins::get);
    return place.map(e::at).orElse(e);
  }

  private static KmsConfig read(BackendFields all) {
    if (all.has(IN_CODE_ONLY)) {
      throw inCodeOnly();
    }
    String type = all.text(BACKEND_TYPE);
    if (type == null || type.isBlank()) {
      throw ConfigErrors.invalid(
          BACKEND_TYPE,
          "is missing. Set it to Local, VaultKV2, VaultTransit, AWS, Static, memory or the type of"
              + " your own backend (environment: CLAVIGER_BACKEND_TYPE).");
    }
    KmsConfig.Builder builder = KmsConfig.builder(backend(type, all));
    COMMON.forEach(
        (name, set) -> {
          if (all.has(name)) {
            set.accept(builder, all);
          }
        });
    KmsConfig config = builder.build();
    config.validate();
    return config;
  }

  static ConfigurationException inCodeOnly() {
    return ConfigErrors.invalid(
        IN_CODE_ONLY,
        "can be set in code only, never from outside. Remove it and call allowImmediateDeletion.");
  }

  private static BackendConfig backend(String type, BackendFields all) {
    Set<String> common = commonNames();
    Optional<BackendType> known = BackendType.of(type);
    if (known.map(BackendType::isInOwnJar).orElse(true)) {
      requireFactory(type);
    }
    return known
        .map(typed -> typed.read(all, common))
        .orElseGet(() -> CustomConfig.of(type, all.without(common)));
  }

  /** Factories that a program gives in code are for configurations in code. */
  private static void requireFactory(String type) {
    TreeSet<String> names = new TreeSet<>();
    List<ServiceConfigurationError> unusable = new ArrayList<>();
    BackendFactories.find(unusable).forEach(f -> names.addAll(f.typeNames()));
    if (!names.contains(type)) {
      names.removeIf(
          name -> BackendType.of(name).filter(known -> !known.isNamed(name)).isPresent());
      ConfigurationException unknown =
          ConfigErrors.invalid(
              BACKEND_TYPE,
              "is \"%s\"%s, but no such backend is on the class path; found %s. Write %s if that is meant, or add the jar that has it."
                  .formatted(
                      type, BackendFactories.jarOf(type), names, KnownNames.nearest(type, names)));
      unusable.forEach(unknown::addSuppressed);
      throw unknown;
    }
  }

  private static Set<String> commonNames() {
    Set<String> names = new java.util.HashSet<>(COMMON.keySet());
    names.add(BACKEND_TYPE);
    return names;
  }
}
