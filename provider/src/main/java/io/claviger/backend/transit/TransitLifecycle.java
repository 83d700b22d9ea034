package io.claviger.backend.transit;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The life of a Transit key: the state machine of kms over metadata that is advice. */
abstract class TransitLifecycle implements KmsBackend {
  final BackendSettings settings;
  private final TransitKeys keys;
  volatile boolean closed;

  TransitLifecycle(TransitKeys keys, BackendSettings settings) {
    this.keys = keys;
    this.settings = settings;
  }

  /** Returns the keys; NOT_RUNNING once closed. */
  final TransitKeys keys() {
    if (closed) {
      throw KmsException.of(
          ErrorKind.NOT_RUNNING, "this backend was closed; call the service, or make another one");
    }
    return keys;
  }

  @Override
  public KeyMetadata createKey(CreateKeyRequest request) {
    String name = request.keyName();
    String id =
        name == null ? HexFormat.of().formatHex(io.claviger.engine.Entropy.bytes(16)) : name;
    KeyMetadata metadata =
        new KeyMetadata(
            id,
            KeyState.ENABLED,
            request.keyUsage(),
            request.description(),
            request.tags(),
            settings.clock().instant(),
            null,
            null,
            1,
            request.origin() == null ? TransitKey.ORIGIN : request.origin(),
            request.createdBy(),
            request.policy());
    if (!keys().create(metadata)) {
      throw KmsException.of(
          ErrorKind.KEY_ALREADY_EXISTS,
          "key \"%s\" exists already in Transit. Use it, or choose another id".formatted(id));
    }
    return metadata;
  }

  @Override
  public KeyMetadata describeKey(DescribeKeyRequest request) {
    return keys().require(request.keyId()).metadata();
  }

  @Override
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    Instant now = settings.clock().instant();
    if (request.forceImmediate()) {
      UnaryOperator<TransitKey> due =
          key ->
              key.metadata().state() == KeyState.PENDING_DELETION
                  ? key.with(KeyState.PENDING_DELETION, now)
                  : key.before(key.metadata().state()).with(KeyState.PENDING_DELETION, now);
      return keys()
          .destroy(request.keyId(), due)
          .orElseThrow(() -> KeyringBackend.notFound(request.keyId()))
          .with(KeyState.DELETED, null)
          .metadata();
    }
    Instant due = now.plus(Duration.ofDays(request.pendingWindowInDays()));
    return keys()
        .update(
            request.keyId(),
            key -> {
              if (key.metadata().state() == KeyState.PENDING_DELETION) {
                throw key.state("deleteKey", "is scheduled already. Cancel it first");
              }
              return key.before(key.metadata().state()).with(KeyState.PENDING_DELETION, due);
            })
        .metadata();
  }

  @Override
  public KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    return keys()
        .update(
            request.keyId(),
            key -> {
              if (key.metadata().state() != KeyState.PENDING_DELETION) {
                throw key.state("cancelKeyDeletion", "has nothing to cancel");
              }
              if (key.destroying()) {
                throw key.state("cancelKeyDeletion", "comes too late: its destruction has begun");
              }
              return key.with(key.stateBeforeDeletion(), null);
            })
        .metadata();
  }

  @Override
  public boolean destroyIfDue(String keyId, Instant now) {
    try {
      return keys()
          .destroy(
              keyId,
              key -> {
                Instant due = key.metadata().deletionDate();
                if (key.metadata().state() != KeyState.PENDING_DELETION
                    || due == null
                    || due.isAfter(now)) {
                  throw key.state("its destruction", "is not due");
                }
                return key;
              })
          .isPresent();
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.INVALID_KEY_STATE || e.kind() == ErrorKind.KEY_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public KeyMetadata enableKey(String keyId) {
    return toggle(keyId, KeyState.ENABLED);
  }

  @Override
  public KeyMetadata disableKey(String keyId) {
    return toggle(keyId, KeyState.DISABLED);
  }

  private KeyMetadata toggle(String keyId, KeyState state) {
    return keys()
        .update(
            keyId,
            key -> {
              if (key.metadata().state() == KeyState.PENDING_DELETION) {
                throw key.state("the change of state", "is refused. Cancel the deletion first");
              }
              return key.with(state, null);
            })
        .metadata();
  }

  @Override
  public KeyMetadata rotateKey(String keyId) {
    return keys().rotate(keyId).metadata();
  }

  @Override
  public KeyMetadata updateDescription(String keyId, String description) {
    return keys().update(keyId, key -> key.withDescription(description)).metadata();
  }

  @Override
  public KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    return keys()
        .update(
            keyId,
            key -> {
              Map<String, String> all = new HashMap<>(key.metadata().tags());
              all.putAll(tags);
              return key.withTags(all);
            })
        .metadata();
  }

  @Override
  public KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    return keys()
        .update(
            keyId,
            key -> {
              Map<String, String> left = new HashMap<>(key.metadata().tags());
              left.keySet().removeAll(tagNames);
              return key.withTags(left);
            })
        .metadata();
  }
}
