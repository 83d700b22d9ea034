package io.claviger.s3.internal.call;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of buckets with {@code *} for any text, in the options that say which buckets are covered.
 */
public final class BucketPatterns {
  private static final Pattern POSSIBLE =
      Pattern.compile("[A-Za-z0-9._*-]+|arn:[A-Za-z0-9._*:/-]+");

  private BucketPatterns() {}

  /**
   * Adds {@code patterns} to those of {@code option}.
   *
   * @throws IllegalArgumentException for a text that no bucket's name matches: a bucket would be
   *     ignored whose objects its owner believes sealed
   */
  public static void add(List<String> to, String option, String... patterns) {
    for (String pattern : patterns) {
      if (!POSSIBLE.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            "%s: \"%s\" matches no bucket. Give the name alone, with * for any text"
                .formatted(option, pattern));
      }
      to.add(pattern);
    }
  }

  static boolean anyMatches(List<String> patterns, String bucket) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, bucket));
  }

  private static boolean matches(String pattern, String bucket) {
    String[] literals = pattern.split("\\*", -1);
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < literals.length; i++) {
      regex.append(i == 0 ? "" : ".*").append(Pattern.quote(literals[i]));
    }
    return bucket.matches(regex.toString());
  }
}
