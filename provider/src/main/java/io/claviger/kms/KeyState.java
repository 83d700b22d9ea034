package io.claviger.kms;

/**
 * Where a key stands in its life. Which change is allowed from which state is the table of {@code
 * KeyStateMachine} in {@code backend.keyring}.
 */
public enum KeyState {
  /** All operations. */
  ENABLED("Enabled"),
  /** Decrypts only. */
  DISABLED("Disabled"),
  /** Decrypts only, destroyed at its deletion date unless the deletion is cancelled. */
  PENDING_DELETION("PendingDeletion"),
  /** Gone: the material was destroyed. */
  DELETED("Deleted");

  private final String wireName;

  KeyState(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name used in JSON. */
  public String wireName() {
    return wireName;
  }
}
