package io.claviger.kms;

/**
 * What a backend can do beyond the nine required operations.
 *
 * @param stateChanges enable, disable
 * @param rotation rotate with all old versions usable
 * @param tagging description and tags
 * @param importRawKey create a key from raw bytes
 * @param rawCiphers lends key material to the JCA's AES and Mac services inside this process
 * @param keyCreation createKey, deleteKey and cancelKeyDeletion
 */
public record Capabilities(
    boolean stateChanges,
    boolean rotation,
    boolean tagging,
    boolean importRawKey,
    boolean rawCiphers,
    boolean keyCreation) {
  /** Everything. */
  public static final Capabilities ALL = new Capabilities(true, true, true, true, true, true);

  /** The nine required operations only. */
  public static final Capabilities REQUIRED_ONLY =
      new Capabilities(false, false, false, false, false, true);
}
