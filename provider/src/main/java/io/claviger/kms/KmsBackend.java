package io.claviger.kms;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps master keys and works with them: the contract of every backend, shipped or yours.
 *
 * <p>Guarantees that every implementation gives: encrypt, generateDataKey and rotate need an
 * ENABLED key; decrypt works for every state but DELETED; the context is always authenticated;
 * every change is durable when the call returns; of two racing creates of one id exactly one wins.
 * A hosted service, whose rules are not ours, may differ where the contract suite's {@code
 * HostedRule} lists it: for instance give keys ids of its own, and decrypt under ENABLED keys only.
 *
 * <p>Threads: safe for many threads. Blocking: calls may do I/O and answer interrupts with a {@link
 * BackendException} of kind TIMED_OUT, the interrupt flag set again. Retries, caches and time-outs
 * are not the backend's affair: {@code KmsManager} adds them.
 *
 * <p>Every method throws {@link KmsException}: KEY_NOT_FOUND for an unknown id, INVALID_KEY_STATE
 * when state or usage forbids it, UNAVAILABLE when the key store cannot be reached, CORRUPT_RECORD
 * when the stored record is damaged. Run the contract suite of the test kit on an implementation of
 * yours.
 */
public interface KmsBackend extends AutoCloseable {
  /** Creates a key; KEY_ALREADY_EXISTS if the id is taken, also by a damaged record. */
  KeyMetadata createKey(CreateKeyRequest request);

  /** Encrypts at most 4,096 bytes under the current version. */
  EncryptResult encrypt(EncryptRequest request);

  /**
   * Opens a ciphertext of {@link #encrypt} or {@link #generateDataKey}. {@code request.keyId()} was
   * resolved by {@code KmsManager} and is not null here; {@link DecryptRequest#requireKeyId()}
   * gives it. NOT_AUTHENTIC for another key, another context, changed or cut bytes. The answer
   * belongs to the caller, who closes it.
   */
  SecretBytes decrypt(DecryptRequest request);

  /**
   * Returns the key id that a blob of this backend names in its own bytes, not yet authenticated,
   * or null when blobs do not name their key. Without I/O.
   */
  default @Nullable String keyIdNamedBy(byte[] ciphertextBlob) {
    return null;
  }

  /** Returns a fresh data key, wrapped under the current version; the caller closes it. */
  DataKey generateDataKey(GenerateDataKeyRequest request);

  KeyMetadata describeKey(DescribeKeyRequest request);

  /** Returns a page; filters never make a page short while more keys match. */
  ListKeysResult listKeys(ListKeysRequest request);

  /** Schedules the deletion, or destroys at once; the guards of the latter are the caller's. */
  KeyMetadata deleteKey(DeleteKeyRequest request);

  /** Takes a scheduled deletion back; INVALID_KEY_STATE when none is scheduled. */
  KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request);

  /** Returns normally when the key store answers and can be used; throws otherwise. */
  void healthCheck();

  /** Returns what this backend can do beyond the above. */
  default Capabilities capabilities() {
    return Capabilities.REQUIRED_ONLY;
  }

  default KeyMetadata enableKey(String keyId) {
    throw unsupported("enableKey", keyId);
  }

  default KeyMetadata disableKey(String keyId) {
    throw unsupported("disableKey", keyId);
  }

  /** Makes a new current version; every old version still decrypts. */
  default KeyMetadata rotateKey(String keyId) {
    throw unsupported("rotateKey", keyId);
  }

  default KeyMetadata updateDescription(String keyId, String description) {
    throw unsupported("updateDescription", keyId);
  }

  /** Adds or replaces tags. */
  default KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    throw unsupported("tagKey", keyId);
  }

  /** Removes tags; names that are not there are no error. */
  default KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    throw unsupported("untagKey", keyId);
  }

  /** Creates a key from raw bytes. */
  default KeyMetadata importRawKey(ImportKeyRequest request) {
    throw unsupported("importRawKey", request.keyName());
  }

  /**
   * Opens a blob and seals it under the current version of the same key and the same context,
   * without showing the plaintext to the caller.
   */
  default EncryptResult rewrap(DecryptRequest request) {
    try (SecretBytes plaintext = decrypt(request)) {
      return encrypt(
          new EncryptRequest(request.requireKeyId(), plaintext, request.encryptionContext()));
    }
  }

  /**
   * Destroys a key whose deletion is scheduled and due at {@code now}; the check and the deed are
   * one step, so that a cancel that came first wins. Returns false, changing nothing, otherwise.
   */
  default boolean destroyIfDue(String keyId, Instant now) {
    return false;
  }

  /**
   * Whether ids of keys may be ARNs of AWS KMS, as callers of S3 give them for SSE-KMS. Elsewhere
   * such an id can only be an alias that the caller's program maps.
   */
  default boolean takesArns() {
    return false;
  }

  /**
   * Whether the key store destroys keys whose deletion is due by itself: then nobody looks for
   * them.
   */
  default boolean destroysDueKeysItself() {
    return false;
  }

  /**
   * Returns the MAC of a message under a SIGN_VERIFY key, which stays in the backend. The array
   * belongs to the caller. INVALID_KEY_STATE for a key that is not ENABLED, or for encryption.
   */
  default byte[] mac(MacRequest request) {
    throw unsupported("MACs", request.keyId());
  }

  /**
   * Lends the raw material of a key version to the JCA services of this process, as a fresh copy
   * that the caller closes. {@code version} 0 means the current one. The wrapping secret of a
   * version is never given out by this method.
   */
  default SecretBytes lendMaterial(String keyId, int version) {
    throw unsupported("raw AES and Mac operations", keyId);
  }

  /**
   * Lends as {@link #lendMaterial} does, to seal with; a backend that knows that nobody could open
   * it later refuses.
   */
  default SecretBytes lendToSeal(String keyId, int version) {
    return lendMaterial(keyId, version);
  }

  /**
   * Whether calls that use this key are served at this moment from what the backend remembers, no
   * older than it allows itself, so that they succeed also while its key store does not answer: the
   * service lets them through then. Without I/O; false where that is not known.
   */
  default boolean isRemembered(String keyId) {
    return false;
  }

  /** Releases what the backend holds and wipes its secrets; further calls fail. */
  @Override
  void close();

  private static KmsException unsupported(String operation, String keyId) {
    return KmsException.of(
        ErrorKind.UNSUPPORTED_CAPABILITY,
        "key \"%s\": this backend does not support %s; see its capabilities()"
            .formatted(keyId, operation));
  }
}
