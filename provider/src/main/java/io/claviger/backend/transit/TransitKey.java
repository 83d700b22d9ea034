package io.claviger.backend.transit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.Changes;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key as Transit and its metadata describe it. Immutable.
 *
 * @param metadata what is known of it; version and date of rotation are Transit's own
 * @param stateBeforeDeletion the state that a cancelled deletion returns to
 * @param destroying whether its destruction has begun, when it cannot be cancelled any more
 * @param record the record as it lies in KV, with fields of others
 */
record TransitKey(
    KeyMetadata metadata, KeyState stateBeforeDeletion, boolean destroying, ObjectNode record) {
  /** The origin of keys that Transit made. */
  static final String ORIGIN = "VAULT";

  void requireEnabled(String operation) {
    if (metadata.state() != KeyState.ENABLED) {
      throw state(operation, "needs an Enabled key. Enable it or cancel its deletion");
    }
  }

  void requireEncryptDecrypt(String operation) {
    if (metadata.usage() != KeyUsage.ENCRYPT_DECRYPT) {
      throw KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "key \"%s\" is for %s; %s needs a key for %s"
              .formatted(
                  metadata.keyId(),
                  metadata.usage().wireName(),
                  operation,
                  KeyUsage.ENCRYPT_DECRYPT.wireName()));
    }
  }

  void requireDecryptable(boolean strict) {
    if (strict && metadata.state() != KeyState.ENABLED) {
      throw state("decrypt", "is refused by strict_decrypt. Enable it or cancel its deletion");
    }
  }

  KmsException state(String operation, String why) {
    return KmsException.of(
        ErrorKind.INVALID_KEY_STATE,
        "key \"%s\" is %s: %s %s"
            .formatted(metadata.keyId(), metadata.state().wireName(), operation, why));
  }

  TransitKey with(KeyState state, @Nullable Instant due) {
    return with(Changes.of(metadata).state(state).deletionDate(due));
  }

  TransitKey withDescription(String description) {
    return with(Changes.of(metadata).description(description));
  }

  TransitKey withTags(Map<String, String> tags) {
    return with(Changes.of(metadata).tags(tags));
  }

  private TransitKey with(Changes changes) {
    return new TransitKey(changes.metadata(), stateBeforeDeletion, destroying, record);
  }

  TransitKey before(KeyState before) {
    return new TransitKey(metadata, before, destroying, record);
  }

  TransitKey beingDestroyed() {
    return new TransitKey(metadata, stateBeforeDeletion, true, record);
  }
}
