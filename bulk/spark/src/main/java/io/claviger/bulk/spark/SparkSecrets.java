package io.claviger.bulk.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Spark shows its settings on its web pages, in its event logs and in the command lines of its
 * executors, so none may hold a secret.
 */
final class SparkSecrets {
  private static final Pattern NAMED =
      Pattern.compile(
          "claviger[._](master_key|secret_key|vault_token|approle_secret_id)(?![a-z_])"
              + "|aws[._]?(secret_?access_?key|session_?token)");

  private SparkSecrets() {}

  /**
   * @throws IllegalArgumentException naming the settings, never what they hold
   */
  static void requireNone(Map<String, String> settings) {
    List<String> found = new ArrayList<>();
    settings.forEach(
        (name, value) -> {
          if (holds(name) || name.endsWith("JavaOptions") && holds(value)) {
            found.add(name);
          }
        });
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(
          "%s of Spark's settings hold secrets, which web pages, event logs and command lines of executors show. Set the field that ends in _file in their place, and let executors find credentials of the store by their role or a profile"
              .formatted(found));
    }
  }

  private static boolean holds(String text) {
    return NAMED.matcher(text.toLowerCase(Locale.ROOT)).find();
  }
}
