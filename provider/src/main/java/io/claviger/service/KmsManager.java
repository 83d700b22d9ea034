package io.claviger.service;

import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.Capabilities;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptResult;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.MacRequest;
import io.claviger.kms.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations on keys: those of the running backend, with attempts, circuit breaker, caches,
 * default key and guards. It follows every reconfiguration: a call works on the backend that runs
 * when it begins, and that backend stays open until the call ends.
 *
 * <p>Threads: safe for many threads. Blocking: calls may wait for the backend; an interrupt ends
 * the wait with TIMED_OUT.
 *
 * <p>Every method throws {@link KmsException}: NOT_RUNNING before start and after stop, else what
 * {@code KmsBackend} documents.
 */
public final class KmsManager {
  private final KmsServiceManager owner;
  private final Calls calls;

  KmsManager(KmsServiceManager owner) {
    this.owner = owner;
    this.calls = new Calls(owner);
  }

  /** Returns the key that is used where a call names none. */
  public Optional<String> defaultKeyId() {
    return owner.inside(generation -> generation.config.defaultKeyId());
  }

  /** Returns what the backend can do beyond the required operations. */
  public Capabilities capabilities() {
    return owner.inside(generation -> generation.backend.capabilities());
  }

  /** Whether ids of keys may be ARNs of AWS KMS. */
  public boolean takesArns() {
    return owner.inside(generation -> generation.backend.takesArns());
  }

  /** Returns what the metadata cache of the running backend did. */
  public CacheStatistics metadataCacheStatistics() {
    return owner.inside(generation -> generation.metadata.statistics());
  }

  /** Returns what the cache of unwrapped data keys of the running backend did. */
  public CacheStatistics dataKeyCacheStatistics() {
    return owner.inside(generation -> generation.dataKeys.statistics());
  }

  /**
   * Returns normally when the backend answers and can be used. Asks once, also while a circuit
   * breaker is open; a good answer closes it.
   */
  public void healthCheck() {
    owner.inside(
        g ->
            calls.observed(
                Operation.HEALTH_CHECK,
                null,
                null,
                () -> {
                  g.policy.probe(g.backend::healthCheck);
                  return true;
                }));
  }

  /** Creates a key. */
  public KeyMetadata createKey(CreateKeyRequest request) {
    RequestRules.check(request);
    return change(
        Operation.CREATE_KEY,
        request.keyName(),
        g -> {
          RequestRules.requireOfUse(request.keyUsage(), g.backend.capabilities());
          return g.backend.createKey(request);
        });
  }

  /** Creates an ENCRYPT_DECRYPT key of this id. */
  public KeyMetadata createKey(String keyId) {
    return createKey(CreateKeyRequest.named(keyId));
  }

  /**
   * Returns the ENCRYPT_DECRYPT key of this id, created if there is none; never from the cache. Of
   * callers that race, in one process or in several, one creates the key and all return it. Usually
   * one read of the backend; a read and a change where the key is new.
   *
   * @throws KmsException INVALID_KEY_STATE if the key is disabled, its deletion is scheduled, or it
   *     is for signing: it is left as it is; ACCESS_DENIED if it is missing and may not be created
   */
  public KeyMetadata ensureKey(String keyId) {
    RequestRules.requireGoodId(keyId);
    return new EnsuredKey(this, calls, keyId).get();
  }

  /** Creates a key from raw bytes; search for this name to find where raw key material enters. */
  public KeyMetadata importRawKey(ImportKeyRequest request) {
    RequestRules.check(request);
    return change(
        Operation.IMPORT_RAW_KEY,
        request.keyName(),
        g -> {
          RequestRules.requireOfUse(request.keyUsage(), g.backend.capabilities());
          return g.backend.importRawKey(request);
        });
  }

  /** Returns a key's metadata, from the cache when it is fresh. */
  public KeyMetadata describeKey(String keyId) {
    return calls.run(g -> g.describing(keyId));
  }

  /** Returns a key's metadata as the backend has it now, never from the cache. */
  public KeyMetadata describeKeyNow(String keyId) {
    return calls.run(g -> g.describingNow(keyId));
  }

  /**
   * Returns the state of a key as it was at most 60 s ago, or one second with {@code
   * strict_decrypt}: for what is remembered under it. Usually without a call of the backend.
   */
  public KeyState recentState(String keyId) {
    return owner.inside(g -> g.recentState(keyId));
  }

  /**
   * Returns a key as it was seen a short while ago, as {@link #recentState}: for what is remembered
   * under its current version. Usually without a call of the backend.
   *
   * @param now whether it must have been seen within the last second: at most one look a second and
   *     key, whose failure is the caller's
   */
  public RecentKey recentKey(String keyId, boolean now) {
    return owner.inside(g -> g.recent(keyId, now));
  }

  /** Returns a page of keys; INVALID_REQUEST for a limit outside 1 to 1,000. */
  public ListKeysResult listKeys(ListKeysRequest request) {
    RequestRules.check(request);
    return calls.run(g -> Call.of(Operation.LIST_KEYS, null, () -> g.backend.listKeys(request)));
  }

  /** Encrypts at most 4,096 bytes; INVALID_REQUEST for more. */
  public EncryptResult encrypt(EncryptRequest request) {
    RequestRules.check(request);
    return calls.run(
        g ->
            Call.of(
                Operation.ENCRYPT,
                request.keyId(),
                request.encryptionContext(),
                () -> g.backend.encrypt(request)));
  }

  /** Opens a ciphertext; the answer belongs to the caller, who closes it. */
  public SecretBytes decrypt(DecryptRequest request) {
    return calls.run(g -> g.decrypting(g.resolve(request)));
  }

  /** Returns a fresh data key; the caller closes it. */
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    return calls.run(g -> g.generating(request));
  }

  /** Opens a ciphertext and encrypts it under another key and context, inside the service. */
  public EncryptResult reEncrypt(
      DecryptRequest source, String destinationKeyId, EncryptionContext destinationContext) {
    return calls.observed(
        Operation.RE_ENCRYPT,
        destinationKeyId,
        destinationContext,
        () -> {
          try (SecretBytes plaintext = decrypt(source)) {
            return encrypt(new EncryptRequest(destinationKeyId, plaintext, destinationContext));
          }
        });
  }

  /** Seals a ciphertext again under the current version of its key. */
  public EncryptResult rewrap(DecryptRequest request) {
    return calls.run(
        g ->
            Call.of(
                Operation.REWRAP,
                request.keyId(),
                request.encryptionContext(),
                () -> g.backend.rewrap(g.resolve(request))));
  }

  /**
   * Schedules a deletion, or destroys at once.
   *
   * @throws KmsException INVALID_REQUEST for a window outside 7 to 30 days; ACCESS_DENIED for an
   *     immediate deletion without the switch {@code allowImmediateDeletion}; INVALID_REQUEST for
   *     one whose {@code confirmKeyId} differs
   */
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    RequestRules.check(request, owner.inside(g -> g.config.allowImmediateDeletion()));
    return change(Operation.DELETE_KEY, request.keyId(), g -> g.backend.deleteKey(request));
  }

  /** Takes a scheduled deletion back; the key returns to the state before. */
  public KeyMetadata cancelKeyDeletion(String keyId) {
    return change(
        Operation.CANCEL_KEY_DELETION,
        keyId,
        g -> g.backend.cancelKeyDeletion(new CancelKeyDeletionRequest(keyId)));
  }

  public KeyMetadata enableKey(String keyId) {
    return change(Operation.ENABLE_KEY, keyId, g -> g.backend.enableKey(keyId));
  }

  public KeyMetadata disableKey(String keyId) {
    return change(Operation.DISABLE_KEY, keyId, g -> g.backend.disableKey(keyId));
  }

  /** Makes a new current version; every old version still decrypts. */
  public KeyMetadata rotateKey(String keyId) {
    return change(Operation.ROTATE_KEY, keyId, g -> g.backend.rotateKey(keyId));
  }

  /** Replaces the description; INVALID_REQUEST for more than 8,192 characters. */
  public KeyMetadata updateDescription(String keyId, String description) {
    RequestRules.checkDescription(description);
    return change(
        Operation.UPDATE_DESCRIPTION, keyId, g -> g.backend.updateDescription(keyId, description));
  }

  /**
   * Adds or replaces tags, at most 50 at once; INVALID_REQUEST for a name of more than 128
   * characters or a value of more than 256.
   */
  public KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    RequestRules.checkTags(tags);
    return change(Operation.TAG_KEY, keyId, g -> g.backend.tagKey(keyId, tags));
  }

  /** Removes tags; names that are not there are no error. */
  public KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    RequestRules.checkTagNames(tagNames);
    return change(Operation.UNTAG_KEY, keyId, g -> g.backend.untagKey(keyId, tagNames));
  }

  /**
   * Returns the MAC of a message under a SIGN_VERIFY key, made by the backend: the key is lent to
   * nobody. UNSUPPORTED_CAPABILITY where the backend makes none; INVALID_REQUEST for a message of
   * more than {@value MacRequest#MAX_MESSAGE_BYTES} bytes.
   */
  public byte[] mac(MacRequest request) {
    RequestRules.check(request);
    return calls.run(g -> Call.of(Operation.MAC, request.keyId(), () -> g.backend.mac(request)));
  }

  /**
   * Lends raw material to this process, to open or to seal with; the caller closes it. {@code
   * version} 0 is the current one. As for encrypt and decrypt, only an ENABLED key seals, and a
   * strict configuration opens with an ENABLED key only: INVALID_KEY_STATE otherwise.
   */
  public SecretBytes lendMaterial(String keyId, int version, boolean toSeal) {
    return calls.run(
        g ->
            Call.of(
                Operation.LEND_MATERIAL,
                keyId,
                () -> {
                  g.requireLendable(keyId, toSeal);
                  return toSeal
                      ? g.backend.lendToSeal(keyId, version)
                      : g.backend.lendMaterial(keyId, version);
                }));
  }

  /** Returns a number that rises with every change made through this manager or to its service. */
  public long epoch() {
    return owner.epoch();
  }

  /**
   * Destroys every key whose deletion is due, as the sweeper does at its interval, and returns the
   * ids of those destroyed. A key that fails is left for the next time; the log says why, once a
   * day. A key store that destroys them itself is not asked.
   */
  public List<String> destroyDueKeys() {
    return owner.inside(
        g -> {
          if (g.backend.destroysDueKeysItself()) {
            return List.of();
          }
          DueKeys round = new DueKeys(g, calls, owner.settings());
          List<String> destroyed = round.destroy();
          owner.overdue().say(round.left());
          return destroyed;
        });
  }

  /** Returns the same operations for callers that must not block, on {@code executor}. */
  public AsyncKmsManager async(Executor executor) {
    return new AsyncKmsManager(this, executor);
  }

  /**
   * Returns the same operations for callers that must not block, on daemon threads of this library.
   */
  public AsyncKmsManager async() {
    return new AsyncKmsManager(this, AsyncKmsManager.sharedThreads());
  }

  private KeyMetadata change(
      Operation operation, @Nullable String keyId, Function<Generation, KeyMetadata> work) {
    return calls.run(
        g ->
            Call.of(
                operation,
                keyId,
                () -> {
                  KeyMetadata changed = work.apply(g);
                  if (!changed.keyId().equals(keyId)) {
                    g.changed(changed.keyId()); // it was named by another name, as an alias
                  }
                  return changed;
                }));
  }
}
