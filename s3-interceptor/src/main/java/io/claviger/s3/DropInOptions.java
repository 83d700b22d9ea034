package io.claviger.s3;

import io.claviger.encryption.Spool;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.api.DirectoryMarkers;
import io.claviger.s3.api.ListSizes;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.api.SseParameters;
import io.claviger.s3.rules.KeyRules;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The interceptor's options from outside: system properties {@code claviger.s3.NAME}, environment
 * variables {@code CLAVIGER_S3_NAME}, and the properties file that {@code CLAVIGER_S3_CONFIG}
 * names; the first of them wins. A name that is unknown is an error, since its author meant
 * something by it.
 */
final class DropInOptions {
  private static final String PROPERTY = "claviger.s3.";
  private static final String VARIABLE = "CLAVIGER_S3_";
  private static final String FILE = "config";

  private static final Map<String, BiConsumer<ClavigerInterceptorBuilder, String>> TABLE =
      new TreeMap<>();

  static {
    TABLE.put("key_id", ClavigerInterceptorBuilder::keyId);
    TABLE.put(
        "plaintext_objects", (b, v) -> b.plaintextObjects(constant(PlaintextObjects.class, v)));
    TABLE.put("key_rules", (b, v) -> b.keyRules(KeyRules.parse(v.replaceAll("\\s*;\\s*", "\n"))));
    TABLE.put("key_rules_file", (b, v) -> b.keyRulesFile(Path.of(v)));
    TABLE.put("names", (b, v) -> b.names(constant(NameBinding.class, v)));
    TABLE.put("accept_moved", (b, v) -> b.acceptMoved(flag(v)));
    TABLE.put("bucket_keys", (b, v) -> b.bucketKeys(flag(v)));
    TABLE.put("list_sizes", (b, v) -> b.listSizes(constant(ListSizes.class, v)));
    TABLE.put("metadata", (b, v) -> b.metadata(constant(ChangedMetadata.class, v)));
    TABLE.put(
        "directory_markers", (b, v) -> b.directoryMarkers(constant(DirectoryMarkers.class, v)));
    TABLE.put("sse_parameters", (b, v) -> b.sseParameters(constant(SseParameters.class, v)));
    TABLE.put("spool_bytes", (b, v) -> b.spool(Spool.temporary(bytes(v))));
    TABLE.put("include_buckets", (b, v) -> b.includeBuckets(list(v)));
    TABLE.put("exclude_buckets", (b, v) -> b.excludeBuckets(list(v)));
    TABLE.put("trusted_key_ids", (b, v) -> b.trustedKeyIds(list(v)));
    TABLE.put("bucket_aliases", (b, v) -> pairs(v, b::bucketAlias));
    TABLE.put("kms_key_aliases", (b, v) -> pairs(v, b::kmsKeyAlias));
  }

  private DropInOptions() {}

  /**
   * Sets on {@code builder} what is found.
   *
   * @throws IllegalArgumentException naming the option that is unknown or wrong
   */
  static void apply(
      ClavigerInterceptorBuilder builder, Map<String, String> variables, Properties properties) {
    apply(builder, found(variables, properties));
  }

  /**
   * Sets on {@code builder} the options of these names.
   *
   * @throws IllegalArgumentException naming the option that is unknown or wrong
   */
  static void apply(ClavigerInterceptorBuilder builder, Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          BiConsumer<ClavigerInterceptorBuilder, String> option = TABLE.get(name);
          if (option == null) {
            throw new IllegalArgumentException(
                "option \"%s\" is unknown. Known are %s".formatted(name, TABLE.keySet()));
          }
          if (value.isBlank()) {
            throw new IllegalArgumentException(
                "option \"%s\" is empty. Give it a value, or leave it out".formatted(name));
          }
          try {
            option.accept(builder, value.trim());
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                "option \"%s\" is \"%s\". %s".formatted(name, value, e.getMessage()), e);
          }
        });
  }

  /**
   * Returns the options that this process gives, by their names without prefix.
   *
   * @throws IllegalArgumentException for a file that cannot be read
   */
  static Map<String, String> ofProcess() {
    return found(System.getenv(), System.getProperties());
  }

  private static Map<String, String> found(Map<String, String> variables, Properties properties) {
    Map<String, String> own = new TreeMap<>();
    variables.forEach((name, value) -> put(own, VARIABLE, name, value));
    properties
        .stringPropertyNames()
        .forEach(name -> put(own, PROPERTY, name, properties.getProperty(name)));
    String file = own.remove(FILE);
    Map<String, String> all = new TreeMap<>();
    if (file != null) {
      Properties read = read(Path.of(file));
      read.stringPropertyNames().forEach(name -> all.put(name, read.getProperty(name)));
    }
    all.putAll(own);
    return all;
  }

  private static void put(
      Map<String, String> found, String prefix, String name, @Nullable String value) {
    if (name.startsWith(prefix) && value != null) {
      found.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
    }
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the file %s that %sCONFIG names cannot be read (%s)"
              .formatted(file, VARIABLE, e.getClass().getSimpleName()),
          e);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value.toUpperCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "Use one of " + java.util.Arrays.toString(type.getEnumConstants()));
  }

  private static boolean flag(String value) {
    if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
      return Boolean.parseBoolean(value);
    }
    throw new IllegalArgumentException("Use true or false");
  }

  private static long bytes(String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Use a number of bytes, such as 1073741824", e);
    }
  }

  private static String[] list(String value) {
    return value.split("\\s*,\\s*", -1);
  }

  private static void pairs(String value, BiConsumer<String, String> target) {
    for (String pair : list(value)) {
      String[] sides = pair.split("\\s*=\\s*", 2);
      if (sides.length != 2 || sides[0].isEmpty() || sides[1].isEmpty()) {
        throw new IllegalArgumentException("Use name=value, name=value");
      }
      target.accept(sides[0], sides[1]);
    }
  }
}
