package io.claviger.s3.internal.call;

import io.claviger.encryption.ObjectName;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.rules.KeyChoice;
import io.claviger.s3.rules.KeyChoice.Outcome;
import io.claviger.s3.rules.KeyRules;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the key rules say of the object that a call seals. Reading never asks them.
 *
 * <p>Blocking: {@link #of} may read the file of rules and create a key.
 *
 * @param where the object, for messages
 * @param choice what they say, allowed
 */
public record RuledKey(String where, KeyChoice choice) {
  /**
   * Asks the rules in force.
   *
   * @throws ClavigerS3Exception BAD_REQUEST where they deny, or the name gives no key id; KEYS
   *     where a key is missing and may not be created
   */
  public static RuledKey of(ObjectName asked, String where, Settings settings) {
    KeyRuleSource source = settings.keys().rules();
    KeyRules rules = source.current();
    ObjectName bound = settings.reader().bound(asked);
    KeyChoice choice = rules.explain(bound.bucket(), bound.key());
    if (!choice.allowed()) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "the key rules seal no object of this name: %s. Use another name, or change the rules"
              .formatted(choice.why()));
    }
    RuledKey ruled = new RuledKey(where, choice);
    String keyId = choice.keyId();
    if (keyId != null) {
      CallerExceptions.writing(
          where,
          () -> {
            source.require(rules, keyId, settings.provider().serviceManager().manager());
            return keyId;
          });
    }
    return ruled;
  }

  /** Whether a rule fits the name, so that no other key may seal it. */
  public boolean byRule() {
    return choice.outcome() == Outcome.RULE;
  }

  /**
   * Returns the master key, null for the provider's own.
   *
   * @param asked the one that the request names, null for none
   * @throws ClavigerS3Exception BAD_REQUEST if a rule says another one
   */
  public @Nullable String keyId(@Nullable String asked, Settings settings) {
    if (byRule() && asked != null && !asked.equals(choice.keyId())) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "the request names key \"%s\", the key rules say \"%s\" for this name (%s). Leave the key out of the request, or change the rules"
              .formatted(asked, choice.keyId(), choice.why()));
    }
    if (asked != null) {
      return asked;
    }
    return choice.keyId() == null ? settings.keyId() : choice.keyId();
  }

  /**
   * Returns a context with the entries of the rule in it.
   *
   * @param given of the request, of the source of a copy, or the interceptor's own
   * @param stated whether the request states it, so that it must not contradict the rule
   * @throws ClavigerS3Exception BAD_REQUEST if it does
   */
  public EncryptionContext context(EncryptionContext given, boolean stated) {
    if (choice.context().isEmpty()) {
      return given;
    }
    Map<String, String> entries = new HashMap<>(given.entries());
    choice
        .context()
        .entries()
        .forEach(
            (name, value) -> {
              String other = entries.put(name, value);
              if (stated && other != null && !other.equals(value)) {
                throw ClavigerS3Exception.of(
                    Failure.BAD_REQUEST,
                    where,
                    "the request states another value for context entry \"%s\" than the key rules (%s). Leave the entry out of the request, or change the rules"
                        .formatted(name, choice.why()));
              }
            });
    return EncryptionContext.of(entries);
  }
}
