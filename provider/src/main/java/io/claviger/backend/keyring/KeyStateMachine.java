package io.claviger.backend.keyring;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where a key is in its life ({@link KeyState}), and what may follow: THE state machine of keys,
 * for every backend. Immutable; a change makes another one, or is refused with INVALID_KEY_STATE.
 *
 * @param metadata what is known of the key
 * @param before the state that a cancelled deletion returns to
 */
public record KeyStateMachine(KeyMetadata metadata, KeyState before) {
  /** No key was made before: a clock that stands there was never set. */
  private static final Instant NO_KEY_BEFORE = Instant.parse("2024-01-01T00:00:00Z");

  /** How far the clocks of two machines that work may be apart. */
  private static final Duration SKEW = Duration.ofDays(1);

  /**
   * Schedules the deletion, for {@code wait} from now. Refuses a clock that is plainly wrong:
   * INVALID_REQUEST. A date that it gave would be past when the clock is set.
   */
  public KeyStateMachine schedule(Instant now, Duration wait) {
    if (metadata.state() == KeyState.PENDING_DELETION) {
      throw refusal("deleteKey", "is scheduled already. Cancel it first");
    }
    Instant made = metadata.createdAt();
    if (now.isBefore(NO_KEY_BEFORE) || now.isBefore(made.minus(SKEW))) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "the clock of this machine says %s, and the key \"%s\" was made at %s: its deletion would be due at once when the clock is set. Nothing was changed; set the clock and schedule the deletion again"
              .formatted(now, metadata.keyId(), made));
    }
    return pending(now.plus(wait));
  }

  /** Makes the deletion due now, whether it was scheduled or not. */
  public KeyStateMachine dueAt(Instant now) {
    return metadata.state() == KeyState.PENDING_DELETION
        ? with(Changes.of(metadata).deletionDate(now))
        : pending(now);
  }

  private KeyStateMachine pending(Instant due) {
    return new KeyStateMachine(
        Changes.of(metadata).state(KeyState.PENDING_DELETION).deletionDate(due).metadata(),
        metadata.state());
  }

  /** Takes the deletion back. */
  public KeyStateMachine cancel() {
    if (metadata.state() != KeyState.PENDING_DELETION) {
      throw refusal("cancelKeyDeletion", "has nothing to cancel");
    }
    return with(Changes.of(metadata).state(before).deletionDate(null));
  }

  /** Enables or disables. */
  public KeyStateMachine toggle(KeyState state) {
    if (metadata.state() == KeyState.PENDING_DELETION) {
      throw refusal("the change of state", "is refused. Cancel the deletion first");
    }
    return with(Changes.of(metadata).state(state));
  }

  /** Returns this if its deletion is scheduled and due. */
  public KeyStateMachine requireDue(Instant now) {
    Instant due = metadata.deletionDate();
    if (metadata.state() != KeyState.PENDING_DELETION || due == null || due.isAfter(now)) {
      throw refusal("its destruction", "is not due");
    }
    return this;
  }

  /** Returns what is left to say of a key that was destroyed. */
  public KeyMetadata destroyed() {
    return Changes.of(metadata).state(KeyState.DELETED).deletionDate(null).metadata();
  }

  public KeyStateMachine withDescription(String text) {
    return with(Changes.of(metadata).description(text));
  }

  /** Adds or replaces tags. */
  public KeyStateMachine withTags(Map<String, String> added) {
    Map<String, String> all = new HashMap<>(metadata.tags());
    all.putAll(added);
    return with(Changes.of(metadata).tags(all));
  }

  public KeyStateMachine withoutTags(Set<String> names) {
    Map<String, String> left = new HashMap<>(metadata.tags());
    left.keySet().removeAll(names);
    return with(Changes.of(metadata).tags(left));
  }

  private KeyStateMachine with(Changes changes) {
    return new KeyStateMachine(changes.metadata(), before);
  }

  /** Refuses operations that need an enabled key. */
  public void requireEnabled(String operation) {
    if (metadata.state() != KeyState.ENABLED) {
      throw refusal(operation, "needs an Enabled key. Enable it or cancel its deletion");
    }
  }

  /** Refuses operations of the other usage. */
  public void requireUsage(KeyUsage usage, String operation) {
    if (metadata.usage() != usage) {
      throw KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "key \"%s\" is for %s; %s needs a key for %s"
              .formatted(
                  metadata.keyId(), metadata.usage().wireName(), operation, usage.wireName()));
    }
  }

  /** Refuses decryption where the state forbids it. */
  public void requireDecryptable(boolean strict) {
    if (strict && metadata.state() != KeyState.ENABLED) {
      throw refusal("decrypt", "is refused by strict_decrypt. Enable it or cancel its deletion");
    }
  }

  /** Returns the refusal of an operation by the state. */
  public KmsException refusal(String operation, String why) {
    return KmsException.of(
        ErrorKind.INVALID_KEY_STATE,
        "key \"%s\" is %s: %s %s"
            .formatted(metadata.keyId(), metadata.state().wireName(), operation, why));
  }
}
