package io.claviger.jca;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyUsage;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidKeyException;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * A key that never leaves its key store: the id and version of a key of the key management service,
 * without its bytes. {@link #getFormat} and {@link #getEncoded} are null, as the JCA asks of opaque
 * keys.
 *
 * <p>Obtain one from {@code SecretKeyFactory} {@code KMS}, {@code KeyGenerator} {@code AES} with a
 * {@link KmsKeySpec}, or {@link ClavigerProvider#key}. Not serializable.
 *
 * <p>Threads: safe. Never blocks.
 */
public final class KmsKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient ClavigerProvider provider;
  private final String keyId;
  private final int version;
  private final KeyUsage usage;
  private final int bits;
  private final transient KeyLoan loan = new KeyLoan(this);
  private volatile boolean destroyed;

  /** Makes a key as {@code key} describes it, of {@code version}. */
  KmsKey(ClavigerProvider provider, KeyMetadata key, int version) {
    this.provider = provider;
    this.keyId = key.keyId();
    this.version = version;
    this.usage = key.usage();
    this.bits = key.keyBits();
  }

  /** Returns the provider that serves this key. */
  ClavigerProvider provider() {
    return provider;
  }

  /** Returns the raw material for ciphers and MACs of this process. */
  KeyLoan loan() {
    return loan;
  }

  /**
   * Refuses use after {@link #destroy}, and use for what the key is not meant for.
   *
   * @throws InvalidKeyException saying which
   */
  void requireUsable(KeyUsage wanted) throws InvalidKeyException {
    if (destroyed) {
      throw new InvalidKeyException(this + " was destroyed; obtain it again");
    }
    if (usage != wanted) {
      throw new InvalidKeyException(
          "%s is a key for %s; a key for %s is needed here"
              .formatted(this, usage.wireName(), wanted.wireName()));
    }
  }

  /** Returns the key's id in its backend. */
  public String keyId() {
    return keyId;
  }

  /**
   * Returns the version that raw ciphers use; blobs of {@code Cipher} {@code KMS} name their own.
   */
  public int version() {
    return version;
  }

  /** Returns what the key may be used for. */
  public KeyUsage usage() {
    return usage;
  }

  /** Returns the length of the raw key in bits, which stays in the key management service. */
  public int bits() {
    return bits;
  }

  @Override
  public String getAlgorithm() {
    return usage == KeyUsage.SIGN_VERIFY ? "HmacSHA256" : "AES";
  }

  @Override
  public @Nullable String getFormat() {
    return null;
  }

  @Override
  public byte @Nullable [] getEncoded() {
    return null;
  }

  /**
   * Makes this object unusable: no cipher or MAC can be initialised with it any more. Those that
   * are initialised already keep their own copy until they are initialised again. The key itself
   * stays in the key management service.
   */
  @Override
  public void destroy() {
    destroyed = true;
    loan.end();
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KmsKey that
        && provider == that.provider
        && keyId.equals(that.keyId)
        && version == that.version;
  }

  @Override
  public int hashCode() {
    return Objects.hash(keyId, version);
  }

  @Override
  public String toString() {
    return "KmsKey[%s v%d]".formatted(keyId, version);
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException(
        "a KmsKey belongs to its process; store its id \"%s\" instead".formatted(keyId));
  }
}
