package io.claviger.backend.keyring;

import io.claviger.kms.BackendSettings;
import io.claviger.kms.CancelKeyDeletionRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The changes of a key's state and description; the state machine of kms in one place. */
abstract class KeyLifecycle implements KmsBackend {
  final RecordStore store;
  final BackendSettings settings;
  volatile boolean closed;

  KeyLifecycle(RecordStore store, BackendSettings settings) {
    this.store = store;
    this.settings = settings;
  }

  /** Returns the store; NOT_RUNNING once closed, when its secrets are wiped. */
  final RecordStore store() {
    if (closed) {
      throw KmsException.of(
          ErrorKind.NOT_RUNNING, "this backend was closed; call the service, or make another one");
    }
    return store;
  }

  @Override
  public KeyMetadata deleteKey(DeleteKeyRequest request) {
    if (request.forceImmediate()) {
      KeyRecord gone = store().destroy(request.keyId(), UnaryOperator.identity());
      return Changes.of(gone.metadata()).state(KeyState.DELETED).deletionDate(null).metadata();
    }
    Instant due = settings.clock().instant().plus(Duration.ofDays(request.pendingWindowInDays()));
    return store()
        .update(
            request.keyId(),
            key -> {
              if (key.metadata().state() == KeyState.PENDING_DELETION) {
                throw key.state("deleteKey", "is scheduled already. Cancel it first");
              }
              return new KeyRecord(
                  Changes.of(key.metadata())
                      .state(KeyState.PENDING_DELETION)
                      .deletionDate(due)
                      .metadata(),
                  key.metadata().state(),
                  key.versions());
            })
        .metadata();
  }

  @Override
  public KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    return store()
        .update(
            request.keyId(),
            key -> {
              if (key.metadata().state() != KeyState.PENDING_DELETION) {
                throw key.state("cancelKeyDeletion", "has nothing to cancel");
              }
              return key.with(
                  Changes.of(key.metadata())
                      .state(key.stateBeforeDeletion())
                      .deletionDate(null)
                      .metadata());
            })
        .metadata();
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
    return change(
        keyId,
        key -> {
          if (key.metadata().state() == KeyState.PENDING_DELETION) {
            throw key.state("the change of state", "is refused. Cancel the deletion first");
          }
          return Changes.of(key.metadata()).state(state).metadata();
        });
  }

  @Override
  public KeyMetadata rotateKey(String keyId) {
    Instant now = settings.clock().instant();
    return store()
        .update(
            keyId,
            key -> {
              key.requireEnabled("rotateKey");
              int next = key.current().id().number() + 1;
              return key.withVersion(
                  KeyVersion.fresh(next, now),
                  Changes.of(key.metadata()).rotated(next, now).metadata());
            })
        .metadata();
  }

  @Override
  public KeyMetadata updateDescription(String keyId, String description) {
    return change(keyId, key -> Changes.of(key.metadata()).description(description).metadata());
  }

  @Override
  public KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    return change(
        keyId,
        key -> {
          Map<String, String> all = new HashMap<>(key.metadata().tags());
          all.putAll(tags);
          return Changes.of(key.metadata()).tags(all).metadata();
        });
  }

  @Override
  public KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    return change(
        keyId,
        key -> {
          Map<String, String> left = new HashMap<>(key.metadata().tags());
          left.keySet().removeAll(tagNames);
          return Changes.of(key.metadata()).tags(left).metadata();
        });
  }

  private KeyMetadata change(String keyId, Function<KeyRecord, KeyMetadata> change) {
    return store().update(keyId, key -> key.with(change.apply(key))).metadata();
  }

  @Override
  public boolean destroyIfDue(String keyId, Instant now) {
    try {
      store()
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
              });
      return true;
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.INVALID_KEY_STATE || e.kind() == ErrorKind.KEY_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
