package io.claviger.s3.rules;

import io.claviger.kms.EncryptionContext;
import io.claviger.s3.rules.KeyChoice.Outcome;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ordered rules from names of objects to master keys and contexts, one for each line; the first
 * that fits decides:
 *
 * <pre>{@code
 * # every tenant has a key of its own
 * s3://lake/tenant-(*)/** -> tenant-$1 {tenant=$1}
 * deny s3://lake/raw/**
 * default -> lake
 * create 100
 * }</pre>
 *
 * <p>{@code *} stands for any text without a slash, {@code **} for any text, both also for none.
 * What parentheses hold is {@code $1}, {@code $2} and so on behind the arrow. A backslash takes a
 * character as it is. Names are compared as they are, character for character: no escapes of URLs
 * are decoded, {@code ..} and {@code //} mean nothing, and no letter equals another one. Where a
 * wildcard may end in several places it takes as much as it can, from left to right.
 *
 * <p>A key id takes from a name only letters and digits of ASCII, {@code -}, {@code .} and {@code
 * _}, a letter or digit first and no {@code ..}; where it takes several texts, none of them may
 * hold what stands between them, so that two names never share a key by accident. Any other name
 * that the rule fits is refused. Nothing else than a rule decides for a name that it fits: a
 * request that names another key is refused. Without a {@code default} the interceptor's own key
 * serves names that no rule fits, {@code default deny} refuses them.
 *
 * <p>Threads: immutable. Blocking: {@link #load} reads a file.
 */
public final class KeyRules {
  private static final KeyRules NONE = parse("");

  private final String text;
  private final RuleIndex rules;
  private final @Nullable KeyRule fallback;
  private final int newKeys;

  KeyRules(String text, List<KeyRule> rules, @Nullable KeyRule fallback, int newKeys) {
    this.text = text;
    this.rules = new RuleIndex(rules);
    this.fallback = fallback;
    this.newKeys = newKeys;
  }

  /** Returns no rules: the interceptor's own key serves every name. */
  public static KeyRules none() {
    return NONE;
  }

  /**
   * Reads rules, one for each line.
   *
   * @throws IllegalArgumentException naming the line that is wrong, and what to write
   */
  public static KeyRules parse(String text) {
    return new RuleParser(text).parse();
  }

  /**
   * Reads a file of rules in UTF-8.
   *
   * @throws IllegalArgumentException as {@link #parse}, naming the file; also for one that cannot
   *     be read
   */
  public static KeyRules load(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "key rules in %s: the file is not UTF-8. Save it so".formatted(file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "key rules in %s: the file cannot be read (%s)"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key rules in %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Returns the key that an object of this name is sealed with, and why; never fails for a name.
   *
   * @param bucket as objects are bound to it: not the name of an access point
   * @param key the object's key, not percent-encoded
   */
  public KeyChoice explain(String bucket, String key) {
    NamePattern.Match found = rules.first(bucket, key);
    if (found != null) {
      return found.rule().choice(found.groups());
    }
    if (fallback != null) {
      return fallback.choice(List.of());
    }
    return new KeyChoice(
        Outcome.DEFAULT,
        null,
        EncryptionContext.empty(),
        0,
        "no rule fits, and there is no default among them: the interceptor's own key");
  }

  /** Returns how many missing keys a process may create under these rules; 0 for none. */
  public int newKeys() {
    return newKeys;
  }

  /** Whether there is neither a rule nor a default. */
  public boolean isEmpty() {
    return rules.size() == 0 && fallback == null;
  }

  /** Returns how many rules there are. */
  public int size() {
    return rules.size();
  }

  /** Returns how many rules are compared with this name, those before the one that fits. */
  int compared(String bucket, String key) {
    return rules.candidates(bucket, key).size();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyRules that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The number of rules, not their text. */
  @Override
  public String toString() {
    return "%d key rules".formatted(size());
  }
}
