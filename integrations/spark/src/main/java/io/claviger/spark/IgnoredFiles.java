package io.claviger.spark;

import java.util.List;

/**
 * The settings with which Spark passes over files that it cannot read. A file that was tampered
 * with is such a file: its rows would be missing, and no error would say so.
 */
final class IgnoredFiles {
  static final String CORRUPT = "ignoreCorruptFiles";
  static final String MISSING = "ignoreMissingFiles";
  static final String SQL = "spark.sql.files.";

  private static final List<String> SETTINGS =
      List.of("spark.files." + CORRUPT, "spark.files." + MISSING, SQL + CORRUPT, SQL + MISSING);

  private IgnoredFiles() {}

  /** Returns a sentence for each that is on and not allowed. */
  static List<String> wrong(SparkSettings settings) {
    return SETTINGS.stream()
        .filter(s -> settings.isOn(s) && !settings.allowed().contains(s))
        .map(IgnoredFiles::sentence)
        .toList();
  }

  static String sentence(String setting) {
    return "%s is true: rows of a file that was tampered with, or taken away, would be missing without an error. Set it to false, or allow it with %s=%s"
        .formatted(setting, SparkSettings.ALLOW, setting);
  }
}
