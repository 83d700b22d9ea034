package io.claviger.config;

import io.claviger.kms.BackendFields;
import io.claviger.kms.ConfigurationException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The shape in which RustFS stores a configuration: the backend's fields nested under its type,
 * durations as {@code {"secs": n, "nanos": n}}. Ours has three fields more.
 */
final class RustfsJson {
  private static final String BACKEND = "backend";
  private static final String BACKEND_CONFIG = "backend_config";
  private static final String CACHE = "cache_config";
  private static final Set<String> KNOWN =
      Set.of(
          BACKEND,
          BACKEND_CONFIG,
          CACHE,
          "default_key_id",
          "timeout",
          "retry_attempts",
          "enable_cache",
          "allow_insecure_dev_defaults",
          "strict_decrypt");
  private static final Set<String> CACHE_KNOWN =
      Set.of("max_keys", "ttl", "enable_metrics", "max_data_keys", "data_key_ttl");

  private RustfsJson() {}

  static boolean isStored(Map<String, Object> json) {
    return json.containsKey(BACKEND_CONFIG);
  }

  static KmsConfig read(Map<String, Object> json, Map<String, String> origins) {
    try {
      return read(BackendFields.of(json));
    } catch (ConfigurationException e) {
      throw ConfigFields.located(e, origins);
    }
  }

  private static KmsConfig read(BackendFields all) {
    all.refuseOthers(KNOWN, "a stored configuration");
    KmsConfig.Builder builder =
        KmsConfig.builder(backend(all))
            .defaultKeyId(all.text("default_key_id"))
            .timeout(all.duration("timeout", KmsConfig.DEFAULT_TIMEOUT))
            .retryAttempts(all.number("retry_attempts", KmsConfig.DEFAULT_RETRY_ATTEMPTS))
            .enableCache(all.flag("enable_cache", true))
            .allowInsecureDevDefaults(all.flag("allow_insecure_dev_defaults", false))
            .strictDecrypt(all.flag("strict_decrypt", false));
    BackendFields cache = all.object(CACHE);
    if (cache != null) {
      cache.refuseOthers(CACHE_KNOWN, CACHE);
      CacheConfig usual = CacheConfig.DEFAULT;
      Duration ttl = cache.duration("ttl", usual.ttl());
      builder.cacheConfig(
          new CacheConfig(
              cache.number("max_keys", usual.maxKeys()),
              ttl,
              cache.flag("enable_metrics", true),
              cache.number("max_data_keys", usual.maxDataKeys()),
              cache.duration("data_key_ttl", ttl)));
    }
    KmsConfig config = builder.build();
    config.validate();
    return config;
  }

  private static BackendConfig backend(BackendFields all) {
    BackendFields tagged = all.object(BACKEND_CONFIG);
    if (tagged == null || tagged.names().size() != 1) {
      throw ConfigErrors.invalid(
          BACKEND_CONFIG, "must hold exactly one backend, as in {\"Local\": {..}}.");
    }
    String tag = tagged.names().first();
    BackendFields own = tagged.object(tag);
    if (own == null) {
      throw ConfigErrors.invalid(BACKEND_CONFIG, "%s is no object. Write {..}.".formatted(tag));
    }
    String named = all.text(BACKEND, tag);
    if (!canonical(named).equals(canonical(tag))) {
      throw ConfigErrors.invalid(
          BACKEND,
          "is \"%s\", but backend_config holds \"%s\". Make them the same.".formatted(named, tag));
    }
    return BackendType.of(tag)
        .map(type -> type.read(own, Set.of()))
        .orElseGet(() -> CustomConfig.of(tag, own.without(Set.of())));
  }

  private static String canonical(String type) {
    return BackendType.of(type).map(BackendType::canonicalName).orElse(type);
  }

  static Map<String, Object> write(KmsConfig config, boolean withSecrets) {
    Map<String, Object> all = new LinkedHashMap<>();
    BackendConfig backend = config.backend();
    all.put(BACKEND, backend.typeName());
    all.put(
        BACKEND_CONFIG,
        Map.of(backend.typeName(), withSecrets ? backend.toMapWithSecrets() : backend.toMap()));
    config.defaultKeyId().ifPresent(id -> all.put("default_key_id", id));
    all.put("timeout", duration(config.timeout()));
    all.put("retry_attempts", config.retryAttempts());
    all.put("enable_cache", config.enableCache());
    all.put(CACHE, cache(config.cacheConfig()));
    all.put("allow_insecure_dev_defaults", config.allowInsecureDevDefaults());
    all.put("strict_decrypt", config.strictDecrypt());
    return all;
  }

  private static Map<String, Object> cache(CacheConfig cache) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("max_keys", cache.maxKeys());
    all.put("ttl", duration(cache.ttl()));
    all.put("enable_metrics", cache.enableMetrics());
    all.put("max_data_keys", cache.maxDataKeys());
    all.put("data_key_ttl", duration(cache.dataKeyTtl()));
    return all;
  }

  private static Map<String, Object> duration(Duration time) {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("secs", time.toSeconds());
    parts.put("nanos", time.getNano());
    return parts;
  }
}
