package io.claviger.s3.rules;

import io.claviger.kms.EncryptionContext;
import org.jspecify.annotations.Nullable;

/**
 * What an object of some name is sealed with, and why.
 *
 * @param outcome what decided
 * @param keyId the master key; null unless {@code outcome} is {@code RULE} or {@code DEFAULT}, and
 *     for the provider's own default key
 * @param context entries that the rule adds to the context of the object
 * @param line of the rule that decided, from 1; 0 where none did
 * @param why a sentence that names the rule, or says what is wrong with the name
 */
public record KeyChoice(
    Outcome outcome, @Nullable String keyId, EncryptionContext context, int line, String why) {
  /** What decides on an object's key. */
  public enum Outcome {
    /** A rule that fits the name. */
    RULE,
    /** No rule fits; the default of the rules, or that of the interceptor. */
    DEFAULT,
    /** A rule that denies, or none fits and the default denies: nothing is sealed there. */
    DENIED,
    /** A rule fits, and the name gives no possible key id: nothing is sealed there. */
    IMPOSSIBLE
  }

  /** Whether an object of the name may be sealed. */
  public boolean allowed() {
    return outcome == Outcome.RULE || outcome == Outcome.DEFAULT;
  }

  static KeyChoice nothing(Outcome outcome, int line, String why) {
    return new KeyChoice(outcome, null, EncryptionContext.empty(), line, why);
  }
}
