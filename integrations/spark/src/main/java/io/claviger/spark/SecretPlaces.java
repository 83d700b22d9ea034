package io.claviger.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Secrets may come from files and from Hadoop's credential providers only. Spark shows its settings
 * and the system properties on its web pages, in its event logs and in the command lines of its
 * executors, and its redaction does not know these names.
 */
final class SecretPlaces {
  private static final List<String> SECRETS =
      List.of("master_key", "secret_key", "vault_token", "approle_secret_id");
  private static final Pattern NAMED =
      Pattern.compile("claviger[._](" + String.join("|", SECRETS) + ")(?![a-z_])");

  private SecretPlaces() {}

  /** Returns a sentence for each place that holds one; never the secret. */
  static List<String> wrong(
      SparkSettings settings, Properties properties, Map<String, String> variables) {
    List<String> wrong = new ArrayList<>();
    settings
        .all()
        .forEach(
            (name, value) -> {
              boolean options = name.endsWith("JavaOptions") && holds(value);
              if (holds(name) || options) {
                wrong.add(sentence("Spark's setting " + name));
              }
            });
    properties.stringPropertyNames().stream()
        .filter(n -> n.startsWith("claviger.") && holds(n))
        .forEach(n -> wrong.add(sentence("the system property " + n)));
    variables.keySet().stream()
        .filter(n -> n.startsWith("CLAVIGER_") && holds(n))
        .forEach(n -> wrong.add(sentence("the environment variable " + n)));
    return wrong;
  }

  private static boolean holds(String text) {
    return NAMED.matcher(text.toLowerCase(Locale.ROOT)).find();
  }

  private static String sentence(String place) {
    return place
        + " holds a secret where web pages, event logs or process lists show it: give the field that ends in _file instead, or store it with 'hadoop credential create fs.s3a.claviger.FIELD'";
  }
}
