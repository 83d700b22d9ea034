package io.claviger.testkit;

/**
 * Rules of a hosted key service that a backend over it follows in the place of ours: the contract
 * asks for them then, {@link BackendSteps#hostedRules}. Those that begin with {@code EMULATED} are
 * no service's, only emulators have them.
 */
public enum HostedRule {
  /** Keys get ids of the service; the name that a key was created with means the same key. */
  OWN_IDS,
  /** Decrypts under ENABLED keys only, and changes nothing of keys whose deletion is pending. */
  ENABLED_ONLY,
  /** A key whose deletion was cancelled is DISABLED, whatever it was before. */
  CANCEL_DISABLES,
  /** Destroys no key at once: UNSUPPORTED_CAPABILITY. */
  NO_IMMEDIATE_DELETION,
  /** Versions have no numbers: metadata says 1, blobs and answers 0, and no date of a rotation. */
  UNNUMBERED_VERSIONS,
  /** Encrypts at least one byte, and makes MACs of at least one: INVALID_REQUEST. */
  NO_EMPTY_INPUT,
  /** A key for MACs makes those of its own length, and has one version for ever. */
  FIXED_MAC_KEYS,
  /** Uses and changes keys whatever their state is. */
  EMULATED_STATE_UNCHECKED,
  /** Uses keys for what they are not meant for, and takes messages of any length. */
  EMULATED_USAGE_UNCHECKED,
  /** Refuses a blob of another key as ACCESS_DENIED. */
  EMULATED_WRONG_KEY_DENIED,
  /** Makes data keys of 32 bytes, whatever was asked for; the backend refuses them. */
  EMULATED_DATA_KEY_LENGTH
}
