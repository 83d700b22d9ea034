package io.claviger.service;

import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.util.Optional;

/**
 * A key that a caller needs: the one that is there, else a new one. It is looked for before it is
 * made, so that a login that may only read serves where the key exists.
 *
 * <p>Threads: one at a time.
 */
final class EnsuredKey {
  private final KmsManager kms;
  private final Calls calls;
  private final String keyId;

  EnsuredKey(KmsManager kms, Calls calls, String keyId) {
    this.kms = kms;
    this.calls = calls;
    this.keyId = keyId;
  }

  /** Returns the key; INVALID_KEY_STATE if there is one of this id that cannot encrypt. */
  KeyMetadata get() {
    return usable(find().orElseGet(this::makeUnlessMadeMeanwhile));
  }

  private Optional<KeyMetadata> find() {
    try {
      return Optional.of(calls.run(g -> g.describingNow(keyId)));
    } catch (KmsException e) {
      return absentIf(ErrorKind.KEY_NOT_FOUND, e);
    }
  }

  /** Of two callers that make it at once, one is refused and finds the key of the other. */
  private KeyMetadata makeUnlessMadeMeanwhile() {
    return make().orElseGet(() -> calls.run(g -> g.describingNow(keyId)));
  }

  private Optional<KeyMetadata> make() {
    try {
      return Optional.of(kms.createKey(CreateKeyRequest.named(keyId)));
    } catch (KmsException e) {
      return absentIf(ErrorKind.KEY_ALREADY_EXISTS, e);
    }
  }

  private static Optional<KeyMetadata> absentIf(ErrorKind expected, KmsException e) {
    if (e.kind() != expected) {
      throw e;
    }
    return Optional.empty();
  }

  private KeyMetadata usable(KeyMetadata found) {
    if (found.state() != KeyState.ENABLED) {
      throw refused("is %s".formatted(found.state().wireName()), adviceFor(found.state()));
    }
    if (found.usage() != KeyUsage.ENCRYPT_DECRYPT) {
      throw refused("is for %s".formatted(found.usage().wireName()), "Choose another id");
    }
    return found;
  }

  private static String adviceFor(KeyState state) {
    return switch (state) {
      case PENDING_DELETION -> "Cancel its deletion, or choose another id";
      case DISABLED -> "Enable it, or choose another id";
      default -> "Choose another id";
    };
  }

  private KmsException refused(String found, String advice) {
    return KmsException.of(
        ErrorKind.INVALID_KEY_STATE,
        "key \"%s\" %s; an Enabled key for EncryptDecrypt is needed, and nothing was changed. %s"
            .formatted(keyId, found, advice));
  }
}
