package io.claviger.s3.rules;

import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.s3.rules.KeyChoice.Outcome;
import io.claviger.s3.rules.NameTemplate.ImpossibleException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A rule.
 *
 * @param line where it stands, from 1
 * @param text as it stands there
 * @param pattern of names, null for the default
 * @param keyId makes the id of the master key, null for a rule that denies
 * @param context makes the values of the context's entries
 */
record KeyRule(
    int line,
    String text,
    @Nullable NamePattern pattern,
    @Nullable NameTemplate keyId,
    Map<String, NameTemplate> context) {

  /** Returns what the rule says of a name that it fits, whose groups hold these texts. */
  KeyChoice choice(List<String> groups) {
    String rule = "line %d, \"%s\"".formatted(line, text);
    if (keyId == null) {
      return KeyChoice.nothing(Outcome.DENIED, line, rule + " denies");
    }
    try {
      Map<String, String> entries = new TreeMap<>();
      context.forEach((name, value) -> entries.put(name, value.text(groups)));
      return new KeyChoice(
          pattern == null ? Outcome.DEFAULT : Outcome.RULE,
          keyId.keyId(groups),
          EncryptionContext.of(entries),
          line,
          rule);
    } catch (ImpossibleException | KmsException e) {
      return KeyChoice.nothing(
          Outcome.IMPOSSIBLE, line, "%s fits, but %s".formatted(rule, e.getMessage()));
    }
  }
}
