package io.claviger.kms;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A data key: fresh random bytes and the same bytes wrapped under a master key. Close it when done:
 * the plaintext is wiped.
 */
public final class DataKey implements AutoCloseable {
  private final String masterKeyId;
  private final int masterKeyVersion;
  private final KeySpec spec;
  private final @Nullable SecretBytes plaintext;
  private final byte[] ciphertextBlob;
  private final @Nullable String stamp;

  /**
   * Makes a data key that owns {@code plaintext} and copies {@code ciphertextBlob}.
   *
   * @param plaintext the key itself, or null when it was asked for without plaintext
   */
  public DataKey(
      String masterKeyId,
      int masterKeyVersion,
      KeySpec spec,
      @Nullable SecretBytes plaintext,
      byte[] ciphertextBlob) {
    this(masterKeyId, masterKeyVersion, spec, plaintext, ciphertextBlob, null);
  }

  /**
   * Makes a data key of a backend whose blobs do not name the version of the master key that made
   * them; owns {@code plaintext} and copies {@code ciphertextBlob}.
   *
   * @param stamp what the backend calls that version: 1 to 64 letters, digits and {@code ._~-}
   */
  public DataKey(
      String masterKeyId,
      int masterKeyVersion,
      KeySpec spec,
      @Nullable SecretBytes plaintext,
      byte[] ciphertextBlob,
      @Nullable String stamp) {
    this.masterKeyId = masterKeyId;
    this.masterKeyVersion = masterKeyVersion;
    this.spec = spec;
    this.plaintext = plaintext;
    this.ciphertextBlob = ciphertextBlob.clone();
    this.stamp = stamp;
  }

  public String masterKeyId() {
    return masterKeyId;
  }

  /**
   * Returns the version of the master key that wrapped it, from 1; 0 when the backend does not say.
   */
  public int masterKeyVersion() {
    return masterKeyVersion;
  }

  /**
   * Returns what the backend calls the version of the master key, null where the wrapped key itself
   * says it. It is stored beside objects (format 3, {@code claviger-stamp}).
   */
  public @Nullable String stamp() {
    return stamp;
  }

  public KeySpec spec() {
    return spec;
  }

  /**
   * Returns the plaintext key, which stays owned by this object.
   *
   * @throws IllegalStateException if it was generated without plaintext
   */
  public SecretBytes plaintext() {
    if (plaintext == null) {
      throw new IllegalStateException(
          "this data key was generated without plaintext; decrypt its ciphertextBlob() when needed");
    }
    return plaintext;
  }

  /** Whether {@link #plaintext()} is there. */
  public boolean hasPlaintext() {
    return plaintext != null;
  }

  /** Returns a copy of the wrapped key, to be stored beside the data. */
  public byte[] ciphertextBlob() {
    return ciphertextBlob.clone();
  }

  @Override
  public void close() {
    if (plaintext != null) {
      plaintext.close();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DataKey that
        && masterKeyId.equals(that.masterKeyId)
        && Arrays.equals(ciphertextBlob, that.ciphertextBlob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ciphertextBlob);
  }

  @Override
  public String toString() {
    return "DataKey[%s v%d, %s, ***redacted***]".formatted(masterKeyId, masterKeyVersion, spec);
  }
}
