package io.claviger.s3.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rules by bucket and by the literal text that keys begin with: a name is compared with those rules
 * alone whose bucket it has and whose text it begins with. Ten thousand rules for as many folders
 * cost a name one or two comparisons.
 */
final class RuleIndex {
  /** Rules of one bucket, or of all those with wildcards in the bucket's name. */
  private static final class OfBucket {
    private final Map<String, List<KeyRule>> byPrefix = new HashMap<>();
    private final TreeSet<Integer> prefixLengths = new TreeSet<>();

    void add(KeyRule rule, String prefix) {
      byPrefix.computeIfAbsent(prefix, p -> new ArrayList<>()).add(rule);
      prefixLengths.add(prefix.length());
    }

    void collect(String key, List<KeyRule> into) {
      for (int length : prefixLengths) {
        if (length > key.length()) {
          return;
        }
        into.addAll(byPrefix.getOrDefault(key.substring(0, length), List.of()));
      }
    }
  }

  private static final Comparator<KeyRule> IN_ORDER = Comparator.comparingInt(KeyRule::line);

  private final Map<String, OfBucket> byBucket = new HashMap<>();
  private final OfBucket ofAnyBucket = new OfBucket();
  private final int size;

  RuleIndex(List<KeyRule> rules) {
    size = rules.size();
    for (KeyRule rule : rules) {
      NamePattern pattern = pattern(rule);
      String bucket = pattern.literalBucket();
      OfBucket place =
          bucket == null ? ofAnyBucket : byBucket.computeIfAbsent(bucket, b -> new OfBucket());
      place.add(rule, pattern.keyPrefix());
    }
  }

  private static NamePattern pattern(KeyRule rule) {
    NamePattern pattern = rule.pattern();
    if (pattern == null) {
      throw new IllegalArgumentException("internal error: the default is no rule with a pattern");
    }
    return pattern;
  }

  int size() {
    return size;
  }

  /** Returns the rules that may fit, in their order. */
  List<KeyRule> candidates(String bucket, String key) {
    List<KeyRule> found = new ArrayList<>();
    OfBucket own = byBucket.get(bucket);
    if (own != null) {
      own.collect(key, found);
    }
    ofAnyBucket.collect(key, found);
    found.sort(IN_ORDER);
    return found;
  }

  /** Returns the first rule that fits, null for none. */
  NamePattern.@Nullable Match first(String bucket, String key) {
    for (KeyRule rule : candidates(bucket, key)) {
      List<String> groups = pattern(rule).match(bucket, key);
      if (groups != null) {
        return new NamePattern.Match(rule, groups);
      }
    }
    return null;
  }
}
