package io.claviger.service;

import io.claviger.config.KmsConfig;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One running backend with its caches and policy. Calls enter and leave; once retired nobody
 * enters, and the last one to leave closes the backend. So a swap never pulls a backend from under
 * a call.
 *
 * <p>Threads: safe.
 */
final class Generation {
  private static final long RETIRED = Long.MIN_VALUE;

  final KmsBackend backend;
  final KmsConfig config;
  final long version;
  final CallPolicy policy;
  final MetadataCache metadata;
  final KeyCache dataKeys;
  private final KeyWatch watch;

  // Number of calls inside; RETIRED is added once. RETIRED exactly: retired and empty.
  private final AtomicLong inside = new AtomicLong();

  Generation(
      KmsBackend backend,
      KmsConfig config,
      long version,
      ServiceSettings settings,
      CallPolicy.RetryListener retries) {
    this.backend = backend;
    this.config = config;
    this.version = version;
    this.policy = new CallPolicy(config, settings, retries, backend::isRemembered);
    this.metadata = new MetadataCache(config, settings.nanoTime);
    this.dataKeys = new KeyCache(config, settings.nanoTime);
    this.watch =
        new KeyWatch(
            config.strictDecrypt(), settings.nanoTime, this::look, AsyncKmsManager.sharedThreads());
  }

  /** Enters, or returns false if retired. */
  boolean enter() {
    if (inside.incrementAndGet() > 0) {
      return true;
    }
    leave();
    return false;
  }

  void leave() {
    if (inside.decrementAndGet() == RETIRED) {
      closeOnce();
    }
  }

  /** Lets nobody enter any more; closes now or when the last call leaves. */
  void retire() {
    if (inside.getAndAdd(RETIRED) == 0) {
      closeOnce();
    }
  }

  private void closeOnce() {
    // A late enter() after retirement goes up and down once more; only the first one closes.
    if (inside.compareAndSet(RETIRED, RETIRED / 2)) {
      dataKeys.close();
      backend.close();
    }
  }

  /** Returns the call that describes a key, from the cache when that is fresh. */
  Call<KeyMetadata> describing(String keyId) {
    return describingNow(keyId).recalledBy(load -> metadata.get(keyId, id -> load.get()));
  }

  /** Returns the call that describes a key as the backend has it, never from the cache. */
  Call<KeyMetadata> describingNow(String keyId) {
    return Call.of(Operation.DESCRIBE_KEY, keyId, () -> seen(describe(keyId)));
  }

  /** Asks the backend, not the cache. */
  KeyMetadata describe(String keyId) {
    return backend.describeKey(new DescribeKeyRequest(keyId));
  }

  /** Takes note of what the backend says of a key. */
  private KeyMetadata seen(KeyMetadata found) {
    watch.saw(found.keyId(), RecentKey.of(found));
    dropUnlessEnabled(found);
    return found;
  }

  private void dropUnlessEnabled(KeyMetadata found) {
    if (found.state() != KeyState.ENABLED) {
      dataKeys.forget(found.keyId());
    }
  }

  /** Returns the call that makes a data key. */
  Call<DataKey> generating(GenerateDataKeyRequest request) {
    return Call.of(
        Operation.GENERATE_DATA_KEY,
        request.keyId(),
        request.encryptionContext(),
        () -> {
          DataKey made = backend.generateDataKey(request);
          watch.sawEnabled(request.keyId());
          return made;
        });
  }

  /** Returns the call that opens a ciphertext, from the cache of unwrapped data keys if there. */
  Call<SecretBytes> decrypting(DecryptRequest request) {
    String keyId = request.requireKeyId();
    return Call.of(
            Operation.DECRYPT,
            keyId,
            request.encryptionContext(),
            () -> {
              SecretBytes opened = backend.decrypt(request);
              watch.sawUse(keyId);
              return opened;
            })
        .recalledBy(
            load -> {
              if (config.strictDecrypt() && dataKeys.isOn()) {
                requireDecryptable(keyId, watch.stateOf(keyId));
              }
              return dataKeys.get(request, load, () -> watch.require(keyId));
            });
  }

  private void requireDecryptable(String keyId, KeyState state) {
    if (forbidsDecrypt(state)) {
      throw KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "key \"%s\" is %s and strictDecrypt is set; enable it or cancel its deletion"
              .formatted(keyId, state.wireName()));
    }
  }

  /** Returns the state of a key as it was at most a minute ago, a second where that is strict. */
  KeyState recentState(String keyId) {
    return watch.stateOf(keyId);
  }

  /**
   * Returns a key as it was seen as {@link #recentState}; as it is now where {@code now} is set.
   */
  RecentKey recent(String keyId, boolean now) {
    return now ? watch.seenNow(keyId) : watch.seen(keyId);
  }

  /** Asks the backend once for a key's state, on behalf of what is remembered under it. */
  private RecentKey look(String keyId) {
    if (!enter()) {
      throw KmsException.of(ErrorKind.NOT_RUNNING, "the service was stopped or reconfigured");
    }
    try {
      KeyMetadata found = policy.callOnce(keyId, () -> describe(keyId));
      metadata.put(found);
      dropUnlessEnabled(found);
      return RecentKey.of(found);
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.KEY_NOT_FOUND) {
        metadata.invalidate(keyId);
        dataKeys.forget(keyId);
      }
      throw e;
    } finally {
      leave();
    }
  }

  /** Drops what is remembered of a key that changed or may have changed. */
  void changed(@Nullable String keyId) {
    if (keyId == null) {
      return;
    }
    watch.forget(keyId);
    metadata.invalidate(keyId);
    dataKeys.forget(keyId);
  }

  /** Returns the id given, or the one that the blob names, or the default key. */
  DecryptRequest resolve(DecryptRequest request) {
    if (request.keyId() != null) {
      return request;
    }
    @Nullable String named = backend.keyIdNamedBy(request.ciphertextBlob());
    String keyId = named != null ? named : config.defaultKeyId().orElse(null);
    DecryptRequest resolved =
        new DecryptRequest(keyId, request.ciphertextBlob(), request.encryptionContext());
    resolved.requireKeyId();
    return resolved;
  }

  /** Asks the backend, not the cache: what is lent stays with a cipher for a while. */
  void requireLendable(String keyId, boolean toSeal) {
    KeyState state = backend.describeKey(new DescribeKeyRequest(keyId)).state();
    if (toSeal ? state != KeyState.ENABLED : forbidsDecrypt(state)) {
      throw KmsException.of(
          ErrorKind.INVALID_KEY_STATE,
          "key \"%s\" is %s and may not be used to %s; enable it or cancel its deletion"
              .formatted(keyId, state.wireName(), toSeal ? "encrypt or sign" : "decrypt"));
    }
  }

  private boolean forbidsDecrypt(KeyState state) {
    return state == KeyState.DELETED || (config.strictDecrypt() && state != KeyState.ENABLED);
  }
}
