package io.claviger.hadoop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What a Hadoop configuration says: {@code fs.s3a.claviger.FIELD} are fields of the key service,
 * {@code fs.s3a.claviger.s3.NAME} options of the interceptor. S3A has resolved what belongs to one
 * bucket before it hands the configuration over.
 *
 * @param keys fields of the key service, secrets among them
 * @param options options of the interceptor
 */
record S3aSettings(Map<String, String> keys, Map<String, String> options) {
  static final String PREFIX = "fs.s3a.claviger.";
  private static final String OPTIONS = "s3.";
  private static final String LIST_SIZES = "list_sizes";
  private static final String EXACT = "EXACT";

  /** Those that must not stand in a configuration, which job files and web pages show. */
  private static final List<String> SECRETS =
      List.of("master_key", "secret_key", "vault_token", "approle_secret_id");

  /**
   * Reads {@code conf}.
   *
   * @throws IOException for a secret in the clear, a credential provider that cannot be read, or an
   *     option with which readers of columnar files would fail
   */
  static S3aSettings of(Configuration conf) throws IOException {
    Map<String, String> keys = new TreeMap<>();
    Map<String, String> options = new TreeMap<>();
    conf.getPropsWithPrefix(PREFIX)
        .forEach(
            (name, value) -> {
              boolean option = name.startsWith(OPTIONS);
              (option ? options : keys)
                  .put(option ? name.substring(OPTIONS.length()) : name, value.trim());
            });
    for (String secret : SECRETS) {
      if (keys.containsKey(secret)) {
        throw new IOException(
            "%s%s is in the configuration in the clear, where job files and web pages show it. Take it out and set %s%s_file, or store it under this name with 'hadoop credential create' and name the store in hadoop.security.credential.provider.path"
                .formatted(PREFIX, secret, PREFIX, secret));
      }
      char[] stored = conf.getPassword(PREFIX + secret);
      if (stored != null) {
        keys.put(secret, new String(stored));
      }
    }
    String sizes = options.getOrDefault(LIST_SIZES, EXACT);
    if (!sizes.equalsIgnoreCase(EXACT)) {
      throw new IOException(
          "%ss3.%s is %s: readers of Parquet and ORC begin at the end of a file, and look for it where listings say, so with stored sizes they find nothing. Use EXACT"
              .formatted(PREFIX, LIST_SIZES, sizes));
    }
    options.put(LIST_SIZES, EXACT);
    return new S3aSettings(keys, options);
  }

  /** Returns a text that is equal for equal settings and shows none of them. */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Map<String, String> each : List.of(keys, options)) {
        each.forEach((name, value) -> digest.update(framed(name, value)));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: this JDK has no SHA-256", e);
    }
  }

  private static byte[] framed(String name, String value) {
    return "%d %s=%d %s;"
        .formatted(name.length(), name, value.length(), value)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Names only: values may be secrets. */
  @Override
  public String toString() {
    return "S3aSettings[keys=%s, options=%s]".formatted(keys.keySet(), options);
  }
}
