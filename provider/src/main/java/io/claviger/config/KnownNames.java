package io.claviger.config;

import io.claviger.kms.ConfigurationException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds variables and system properties that look like settings and are none: a setting with a
 * misspelt name would be silently its default.
 */
final class KnownNames {
  static final String VARIABLE_PREFIX = "CLAVIGER_";
  static final String PROPERTY_PREFIX = "claviger.";

  /** Names of this process, of the drop-in (which checks its own) and of the test kit. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "config|warm_up|passphrase_kdf|(s3|test|e2e)[._].*|vault_bin|vault_address|(localstack|minio|moto)_.*endpoint");

  /**
   * What Kubernetes injects into every pod for a service named {@code claviger} or {@code
   * claviger-..}.
   */
  private static final Pattern KUBERNETES =
      Pattern.compile(
          "CLAVIGER_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)?)");

  private KnownNames() {}

  /**
   * Refuses the first of these variables that no setting has.
   *
   * @throws ConfigurationException naming it and the nearest name
   */
  static void checkVariables(Collection<String> variables) {
    for (String variable : new TreeSet<>(variables)) {
      if (variable.startsWith(VARIABLE_PREFIX) && !KUBERNETES.matcher(variable).matches()) {
        String field = variable.substring(VARIABLE_PREFIX.length()).toLowerCase(Locale.ROOT);
        String nearest = check(field, "environment variable " + variable);
        if (nearest != null) {
          throw unknown(
              field,
              "environment variable " + variable,
              VARIABLE_PREFIX + nearest.toUpperCase(Locale.ROOT));
        }
      }
    }
  }

  /** The same for system properties. */
  static void checkProperties(Collection<String> properties) {
    for (String property : new TreeSet<>(properties)) {
      if (property.startsWith(PROPERTY_PREFIX)) {
        String field = property.substring(PROPERTY_PREFIX.length());
        String nearest = check(field, "system property " + property);
        if (nearest != null) {
          throw unknown(field, "system property " + property, PROPERTY_PREFIX + nearest);
        }
      }
    }
  }

  /** Returns the nearest name for a field that is unknown, else null. */
  private static @Nullable String check(String field, String place) {
    if (field.equals(ConfigFields.IN_CODE_ONLY)) {
      throw ConfigFields.inCodeOnly().at(place);
    }
    return ConfigFields.NAMES.contains(field) || OTHERS.matcher(field).matches()
        ? null
        : nearest(field, Set.copyOf(ConfigFields.NAMES));
  }

  private static ConfigurationException unknown(String field, String place, String nearest) {
    return ConfigErrors.invalid(
            field, "is not known. Remove it, or write %s if that is meant.".formatted(nearest))
        .at(place);
  }

  /** Returns the name that takes the fewest changed letters. */
  static String nearest(String name, Set<String> names) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : new TreeSet<>(names)) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** The Levenshtein distance, row by row. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
