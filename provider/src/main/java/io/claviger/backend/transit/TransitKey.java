package io.claviger.backend.transit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyStateMachine;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;

/**
 * A key as Transit and its metadata describe it. Immutable.
 *
 * @param metadata what is known of it; version and date of rotation are Transit's own
 * @param stateBeforeDeletion the state that a cancelled deletion returns to
 * @param destroying whether its destruction has begun, when it cannot be cancelled any more
 * @param record the record as stored in KV, with fields of others
 */
record TransitKey(
    KeyMetadata metadata, KeyState stateBeforeDeletion, boolean destroying, ObjectNode record) {
  /** The origin of keys that Transit made. */
  static final String ORIGIN = "VAULT";

  KeyStateMachine standing() {
    return new KeyStateMachine(metadata, stateBeforeDeletion);
  }

  /** Returns this key after a change; a destruction that has begun is not taken back. */
  TransitKey with(KeyStateMachine changed) {
    if (destroying && changed.metadata().state() != KeyState.PENDING_DELETION) {
      throw standing().refusal("cancelKeyDeletion", "comes too late: its destruction has begun");
    }
    return new TransitKey(changed.metadata(), changed.before(), destroying, record);
  }

  TransitKey beingDestroyed() {
    return new TransitKey(metadata, stateBeforeDeletion, true, record);
  }
}
