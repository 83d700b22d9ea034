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
 * @param macs makes MACs itself, so that the key of a MAC need not be lent
 */
public record Capabilities(
    boolean stateChanges,
    boolean rotation,
    boolean tagging,
    boolean importRawKey,
    boolean rawCiphers,
    boolean keyCreation,
    boolean macs) {
  /** Everything. */
  public static final Capabilities ALL = new Capabilities(true, true, true, true, true, true, true);

  /** The nine required operations only. */
  public static final Capabilities REQUIRED_ONLY =
      new Capabilities(false, false, false, false, false, true);

  /** Capabilities of a backend that makes no MACs itself. */
  public Capabilities(
      boolean stateChanges,
      boolean rotation,
      boolean tagging,
      boolean importRawKey,
      boolean rawCiphers,
      boolean keyCreation) {
    this(stateChanges, rotation, tagging, importRawKey, rawCiphers, keyCreation, false);
  }

  /** Whether a MAC key of this backend can be used at all. */
  public boolean servesMacKeys() {
    return rawCiphers || macs;
  }
}
