package io.claviger.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configuration of the key management service: the backend and the policy over it.
 *
 * <p>Immutable and safe for threads. {@code toString} shows no secret.
 */
public final class KmsConfig {
  /** Default longest wait for one attempt. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Longest accepted wait for one attempt; a longer one is lowered to it with a warning. */
  public static final Duration MAX_TIMEOUT = Duration.ofSeconds(300);

  /** Default number of attempts in total. */
  public static final int DEFAULT_RETRY_ATTEMPTS = 3;

  /** Most attempts; a higher number is lowered to it with a warning. */
  public static final int MAX_RETRY_ATTEMPTS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(KmsConfig.class);

  private final BackendConfig backend;
  private final @Nullable String defaultKeyId;
  private final Duration timeout;
  private final int retryAttempts;
  private final boolean enableCache;
  private final CacheConfig cacheConfig;
  private final boolean allowInsecureDevDefaults;
  private final boolean allowImmediateDeletion;
  private final boolean strictDecrypt;

  private KmsConfig(Builder from) {
    this.backend = from.backend;
    this.defaultKeyId = from.defaultKeyId;
    this.timeout = from.timeout;
    this.retryAttempts = from.retryAttempts;
    this.enableCache = from.enableCache;
    this.cacheConfig = from.cacheConfig;
    this.allowInsecureDevDefaults = from.allowInsecureDevDefaults;
    this.allowImmediateDeletion = from.allowImmediateDeletion;
    this.strictDecrypt = from.strictDecrypt;
  }

  /** Returns a builder with the defaults over this backend. */
  public static Builder builder(BackendConfig backend) {
    return new Builder(backend);
  }

  /** Returns the defaults over this backend. */
  public static KmsConfig of(BackendConfig backend) {
    return builder(backend).build();
  }

  /**
   * Returns the configuration of this process: system properties {@code claviger.FIELD},
   * environment variables {@code CLAVIGER_FIELD} (or RustFS's names), and the file that {@code
   * CLAVIGER_CONFIG} names; the first of them that sets a field wins.
   *
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown or
   *     wrong, and where it stands
   */
  public static KmsConfig fromEnvironment() {
    return fromEnvironment(Map.of());
  }

  /**
   * Returns the configuration of this process, where {@code inCode} wins over everything else.
   *
   * @param inCode snake_case fields and their values
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown or
   *     wrong, and where it stands
   */
  public static KmsConfig fromEnvironment(Map<String, String> inCode) {
    return ConfigSource.environment(inCode, System.getenv(), systemProperties()).read();
  }

  private static Map<String, String> systemProperties() {
    Properties all = System.getProperties();
    Map<String, String> texts = new HashMap<>();
    all.stringPropertyNames().forEach(name -> texts.put(name, all.getProperty(name, "")));
    return texts;
  }

  /**
   * Returns the configuration in a file: JSON if its name ends in {@code .json}, else properties.
   *
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown or
   *     wrong, and its line
   */
  public static KmsConfig fromFile(Path file) {
    return ConfigSource.file(file).read();
  }

  /**
   * Returns the configuration in a JSON object: flat snake_case fields, or the stored shape that
   * {@link #toJsonWithSecrets} writes. For requests from outside use {@link ConfigureKmsRequest}.
   *
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown or
   *     wrong, and its line
   */
  public static KmsConfig fromJson(String json) {
    return ConfigSource.json(json, "").read();
  }

  /**
   * Returns the configuration in these fields: the flat snake_case ones, or the stored shape.
   *
   * @param fields names and values as {@link io.claviger.kms.BackendFields#of} takes them
   * @throws io.claviger.kms.ConfigurationException naming the field that is missing, unknown or
   *     wrong
   */
  public static KmsConfig fromFields(Map<String, ?> fields) {
    return ConfigSource.fields(fields).read();
  }

  /** Returns the stored shape as JSON, secrets replaced by {@value BackendConfig#REDACTED}. */
  public String toJson() {
    return Json.write(RustfsJson.write(this, false));
  }

  /**
   * Returns the stored shape as JSON with its secrets, which {@link #fromJson} reads back. Search
   * your code for this name to find where secrets leave.
   */
  public String toJsonWithSecrets() {
    return Json.write(RustfsJson.write(this, true));
  }

  /** Returns a builder with the values of this configuration. */
  public Builder toBuilder() {
    return toBuilder(backend);
  }

  /** Returns this configuration over another backend. */
  public KmsConfig withBackend(BackendConfig other) {
    return toBuilder(other).build();
  }

  private Builder toBuilder(BackendConfig over) {
    return new Builder(over)
        .defaultKeyId(defaultKeyId)
        .timeout(timeout)
        .retryAttempts(retryAttempts)
        .enableCache(enableCache)
        .cacheConfig(cacheConfig)
        .allowInsecureDevDefaults(allowInsecureDevDefaults)
        .allowImmediateDeletion(allowImmediateDeletion)
        .strictDecrypt(strictDecrypt);
  }

  public BackendConfig backend() {
    return backend;
  }

  /** Returns the key that is used where a call names none. */
  public Optional<String> defaultKeyId() {
    return Optional.ofNullable(defaultKeyId);
  }

  /** Returns the longest wait for one attempt. */
  public Duration timeout() {
    return timeout;
  }

  /** Returns the number of attempts in total, 1 to 10. */
  public int retryAttempts() {
    return retryAttempts;
  }

  /** Whether anything is cached at all. */
  public boolean enableCache() {
    return enableCache;
  }

  public CacheConfig cacheConfig() {
    return cacheConfig;
  }

  /** Whether settings that are only good for a test are accepted. */
  public boolean allowInsecureDevDefaults() {
    return allowInsecureDevDefaults;
  }

  /** Whether keys may be destroyed without a waiting time; settable in code only. */
  public boolean allowImmediateDeletion() {
    return allowImmediateDeletion;
  }

  /** Whether decrypt is refused for DISABLED and PENDING_DELETION keys, as AWS KMS does. */
  public boolean strictDecrypt() {
    return strictDecrypt;
  }

  /**
   * Checks everything that can be checked without I/O.
   *
   * @throws io.claviger.kms.ConfigurationException naming the first field that is wrong
   */
  public void validate() {
    backend.validate(allowInsecureDevDefaults);
  }

  @Override
  public String toString() {
    return "KmsConfig[%s, defaultKeyId=%s, timeout=%s, retryAttempts=%d, enableCache=%s, %s]"
        .formatted(backend, defaultKeyId, timeout, retryAttempts, enableCache, cacheConfig);
  }

  /** Collects the values; {@link #build} refuses what is out of range. */
  public static final class Builder {
    private final BackendConfig backend;
    private @Nullable String defaultKeyId;
    private Duration timeout = DEFAULT_TIMEOUT;
    private int retryAttempts = DEFAULT_RETRY_ATTEMPTS;
    private boolean enableCache = true;
    private CacheConfig cacheConfig = CacheConfig.DEFAULT;
    private boolean allowInsecureDevDefaults;
    private boolean allowImmediateDeletion;
    private boolean strictDecrypt;

    private Builder(BackendConfig backend) {
      this.backend = backend;
    }

    /** Sets the key that is used where a call names none; default none. */
    public Builder defaultKeyId(@Nullable String keyId) {
      this.defaultKeyId = keyId;
      return this;
    }

    /** Sets the longest wait for one attempt; above 0, default 30 s, at most 300 s. */
    public Builder timeout(Duration perAttempt) {
      this.timeout = perAttempt;
      return this;
    }

    /** Sets the number of attempts in total; 1 to 10, default 3. */
    public Builder retryAttempts(int inTotal) {
      this.retryAttempts = inTotal;
      return this;
    }

    /** Sets whether anything is cached at all; default true. */
    public Builder enableCache(boolean enabled) {
      this.enableCache = enabled;
      return this;
    }

    /** Sets sizes and lifetimes of the caches. */
    public Builder cacheConfig(CacheConfig config) {
      this.cacheConfig = config;
      return this;
    }

    Builder changeCache(UnaryOperator<CacheConfig> change) {
      return cacheConfig(change.apply(cacheConfig));
    }

    /** Accepts settings that are only good for a test; default false. */
    public Builder allowInsecureDevDefaults(boolean allowed) {
      this.allowInsecureDevDefaults = allowed;
      return this;
    }

    /** Lets keys be destroyed without a waiting time; default false. In code only. */
    public Builder allowImmediateDeletion(boolean allowed) {
      this.allowImmediateDeletion = allowed;
      return this;
    }

    /** Refuses decrypt for DISABLED and PENDING_DELETION keys; default false. */
    public Builder strictDecrypt(boolean strict) {
      this.strictDecrypt = strict;
      return this;
    }

    /**
     * Returns the configuration.
     *
     * @throws io.claviger.kms.ConfigurationException if a value is out of range
     */
    public KmsConfig build() {
      if (timeout.isZero() || timeout.isNegative()) {
        throw ConfigErrors.invalid("timeout_seconds", "is 0 or less. Use 1 to 300.");
      }
      if (retryAttempts < 1) {
        throw ConfigErrors.invalid(
            "retry_attempts", "is %d. Use 1 to 10; 1 never retries.".formatted(retryAttempts));
      }
      if (timeout.compareTo(MAX_TIMEOUT) > 0) {
        LOG.warn("config \"timeout_seconds\" is {} s, lowered to 300 s", timeout.toSeconds());
        timeout = MAX_TIMEOUT;
      }
      if (retryAttempts > MAX_RETRY_ATTEMPTS) {
        LOG.warn("config \"retry_attempts\" is {}, lowered to 10", retryAttempts);
        retryAttempts = MAX_RETRY_ATTEMPTS;
      }
      return new KmsConfig(this);
    }
  }
}
