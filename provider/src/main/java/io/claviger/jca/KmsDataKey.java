package io.claviger.jca;

import io.claviger.kms.DataKey;
import io.claviger.kms.SecretBytes;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A data key: an ordinary RAW key for any provider's ciphers, together with the same key wrapped
 * under a master key, to be stored beside the data.
 *
 * <p>Threads: safe. After {@link #destroy} the bytes are wiped and {@link #getEncoded} throws
 * {@link IllegalStateException}. Not serializable.
 */
public final class KmsDataKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final String masterKeyId;
  private final int masterKeyVersion;
  private final String algorithm;
  private final transient SecretBytes plaintext;
  private final byte[] wrapped;
  private final @Nullable String stamp;

  KmsDataKey(DataKey dataKey) {
    this.masterKeyId = dataKey.masterKeyId();
    this.masterKeyVersion = dataKey.masterKeyVersion();
    this.algorithm = dataKey.spec().jcaAlgorithm();
    this.plaintext = dataKey.plaintext().copy();
    this.wrapped = dataKey.ciphertextBlob();
    this.stamp = dataKey.stamp();
  }

  /** Returns the id of the master key that wraps this one. */
  public String masterKeyId() {
    return masterKeyId;
  }

  /** Returns the version of the master key, 0 when the backend does not say. */
  public int masterKeyVersion() {
    return masterKeyVersion;
  }

  /**
   * Returns what the key service calls the version of the master key, null where {@link #wrapped}
   * says it.
   */
  public @Nullable String stamp() {
    return stamp;
  }

  /** Returns a copy of the wrapped key; {@code Cipher} {@code KMS} unwraps it. */
  public byte[] wrapped() {
    return wrapped.clone();
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /**
   * Returns a copy of the key's bytes, which belongs to the caller.
   *
   * @throws IllegalStateException after {@link #destroy}
   */
  @Override
  public byte[] getEncoded() {
    return plaintext.toByteArray();
  }

  @Override
  public void destroy() {
    plaintext.close();
  }

  @Override
  public boolean isDestroyed() {
    return plaintext.isClosed();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KmsDataKey that
        && masterKeyId.equals(that.masterKeyId)
        && java.util.Arrays.equals(wrapped, that.wrapped);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(wrapped);
  }

  @Override
  public String toString() {
    return "KmsDataKey[under %s v%d, ***redacted***]".formatted(masterKeyId, masterKeyVersion);
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a KmsDataKey is never written; store wrapped() instead");
  }
}
