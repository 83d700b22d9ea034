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
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final int MIN_WINDOW = DeleteKeyRequest.MIN_WINDOW_DAYS;
  private static final int MAX_WINDOW = DeleteKeyRequest.MAX_WINDOW_DAYS;

  private final KmsServiceManager owner;

  KmsManager(KmsServiceManager owner) {
    this.owner = owner;
  }

  /** Returns the key that is used where a call names none. */
  public Optional<String> defaultKeyId() {
    return owner.inside(generation -> generation.config.defaultKeyId());
  }

  /** Returns what the backend can do beyond the required operations. */
  public Capabilities capabilities() {
    return owner.inside(generation -> generation.backend.capabilities());
  }

  /** Returns what the metadata cache of the running backend did. */
  public CacheStatistics metadataCacheStatistics() {
    return owner.inside(generation -> generation.metadata.statistics());
  }

  /** Returns what the cache of unwrapped data keys of the running backend did. */
  public CacheStatistics dataKeyCacheStatistics() {
    return owner.inside(generation -> generation.dataKeys.statistics());
  }

  /** Returns normally when the backend answers and can be used. */
  public void healthCheck() {
    owner.inside(
        generation ->
            generation.policy.call(
                Operation.HEALTH_CHECK,
                () -> {
                  generation.backend.healthCheck();
                  return true;
                }));
  }

  /** Creates a key. */
  public KeyMetadata createKey(CreateKeyRequest request) {
    String name = request.keyName();
    if (name != null) {
      requireGoodId(name);
    }
    return mutate(Operation.CREATE_KEY, name, g -> g.backend.createKey(request));
  }

  /** Creates an ENCRYPT_DECRYPT key of this id. */
  public KeyMetadata createKey(String keyId) {
    return createKey(CreateKeyRequest.named(keyId));
  }

  /** Creates a key from raw bytes; search for this name to find where raw key material enters. */
  public KeyMetadata importRawKey(ImportKeyRequest request) {
    requireGoodId(request.keyName());
    return mutate(
        Operation.IMPORT_RAW_KEY, request.keyName(), g -> g.backend.importRawKey(request));
  }

  /** Returns a key's metadata, from the cache when it is fresh. */
  public KeyMetadata describeKey(String keyId) {
    return owner.inside(generation -> generation.describe(keyId));
  }

  /** Returns a page of keys; INVALID_REQUEST for a limit outside 1 to 1,000. */
  public ListKeysResult listKeys(ListKeysRequest request) {
    if (request.limit() < 1 || request.limit() > ListKeysRequest.MAX_LIMIT) {
      throw invalid(
          "limit %d, expected 1 to %d".formatted(request.limit(), ListKeysRequest.MAX_LIMIT));
    }
    return call(Operation.LIST_KEYS, g -> g.backend.listKeys(request));
  }

  /** Encrypts at most 4,096 bytes; INVALID_REQUEST for more. */
  public EncryptResult encrypt(EncryptRequest request) {
    if (request.plaintext().length() > EncryptRequest.MAX_PLAINTEXT_BYTES) {
      throw invalid(
          "%d bytes of plaintext, at most %d. Encrypt larger data under a data key"
              .formatted(request.plaintext().length(), EncryptRequest.MAX_PLAINTEXT_BYTES));
    }
    return call(Operation.ENCRYPT, g -> g.backend.encrypt(request));
  }

  /** Opens a ciphertext; the answer belongs to the caller, who closes it. */
  public SecretBytes decrypt(DecryptRequest request) {
    return owner.inside(generation -> generation.decrypt(generation.resolve(request)));
  }

  /** Returns a fresh data key; the caller closes it. */
  public DataKey generateDataKey(GenerateDataKeyRequest request) {
    return call(Operation.GENERATE_DATA_KEY, g -> g.backend.generateDataKey(request));
  }

  /** Opens a ciphertext and encrypts it under another key and context, inside the service. */
  public EncryptResult reEncrypt(
      DecryptRequest source, String destinationKeyId, EncryptionContext destinationContext) {
    try (SecretBytes plaintext = decrypt(source)) {
      return encrypt(new EncryptRequest(destinationKeyId, plaintext, destinationContext));
    }
  }

  /** Seals a ciphertext anew under the current version of its key. */
  public EncryptResult rewrap(DecryptRequest request) {
    return call(Operation.REWRAP, g -> g.backend.rewrap(g.resolve(request)));
  }

  /**
   * Schedules a deletion, or destroys at once.
   *
   * @throws KmsException INVALID_REQUEST for a window outside 7 to 30 days; ACCESS_DENIED for an
   *     immediate deletion without the switch {@code allowImmediateDeletion}; INVALID_REQUEST for
   *     one whose {@code confirmKeyId} differs
   */
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    if (request.forceImmediate()) {
      boolean allowed = owner.inside(g -> g.config.allowImmediateDeletion());
      if (!allowed) {
        throw KmsException.of(
            ErrorKind.ACCESS_DENIED,
            "key \"%s\": immediate deletion is switched off. Schedule it, or set allowImmediateDeletion in code"
                .formatted(request.keyId()));
      }
      if (!request.keyId().equals(request.confirmKeyId())) {
        throw invalid(
            "immediate deletion of key \"%s\" needs confirmKeyId with the same id; everything under it is lost"
                .formatted(request.keyId()));
      }
    } else if (request.pendingWindowInDays() < MIN_WINDOW
        || request.pendingWindowInDays() > MAX_WINDOW) {
      throw invalid(
          "a deletion window of %d days, expected %d to %d"
              .formatted(request.pendingWindowInDays(), MIN_WINDOW, MAX_WINDOW));
    }
    return mutate(Operation.DELETE_KEY, request.keyId(), g -> g.backend.deleteKey(request));
  }

  /** Takes a scheduled deletion back; the key returns to the state before. */
  public KeyMetadata cancelKeyDeletion(String keyId) {
    return mutate(
        Operation.CANCEL_KEY_DELETION,
        keyId,
        g -> g.backend.cancelKeyDeletion(new CancelKeyDeletionRequest(keyId)));
  }

  public KeyMetadata enableKey(String keyId) {
    return mutate(Operation.ENABLE_KEY, keyId, g -> g.backend.enableKey(keyId));
  }

  public KeyMetadata disableKey(String keyId) {
    return mutate(Operation.DISABLE_KEY, keyId, g -> g.backend.disableKey(keyId));
  }

  /** Makes a new current version; every old version still decrypts. */
  public KeyMetadata rotateKey(String keyId) {
    return mutate(Operation.ROTATE_KEY, keyId, g -> g.backend.rotateKey(keyId));
  }

  public KeyMetadata updateDescription(String keyId, String description) {
    return mutate(
        Operation.UPDATE_DESCRIPTION, keyId, g -> g.backend.updateDescription(keyId, description));
  }

  /** Adds or replaces tags. */
  public KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    return mutate(Operation.TAG_KEY, keyId, g -> g.backend.tagKey(keyId, tags));
  }

  /** Removes tags; names that are not there are no error. */
  public KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    return mutate(Operation.UNTAG_KEY, keyId, g -> g.backend.untagKey(keyId, tagNames));
  }

  /** Lends raw material to this process; the caller closes it. {@code version} 0 is the current. */
  public SecretBytes lendMaterial(String keyId, int version) {
    return call(Operation.LEND_MATERIAL, g -> g.backend.lendMaterial(keyId, version));
  }

  private <T> T call(Operation operation, Function<Generation, T> work) {
    return owner.inside(g -> g.policy.call(operation, () -> work.apply(g)));
  }

  private KeyMetadata mutate(
      Operation operation, @Nullable String keyId, Function<Generation, KeyMetadata> work) {
    return owner.inside(
        g -> {
          try {
            return g.policy.call(operation, () -> work.apply(g));
          } finally {
            if (keyId != null) {
              g.changed(keyId);
            }
          }
        });
  }

  private static void requireGoodId(String keyId) {
    boolean bad =
        keyId.isBlank()
            || keyId.length() > 255
            || keyId.equals(".")
            || keyId.equals("..")
            || keyId.chars().anyMatch(c -> c == '/' || c == '\\' || c < 0x20 || c == 0x7f);
    if (bad) {
      throw invalid(
          "key id \"%s\": expected 1 to 255 characters, no slash, no control character, not . or .."
              .formatted(keyId));
    }
  }

  private static KmsException invalid(String message) {
    return KmsException.of(ErrorKind.INVALID_REQUEST, message);
  }
}
