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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The changes of a key's state and description, over whatever stores it. */
public abstract class KeyLifecycle implements KmsBackend {
  protected final BackendSettings settings;
  private volatile boolean closed;

  protected KeyLifecycle(BackendSettings settings) {
    this.settings = settings;
  }

  /**
   * Changes a key in one step that no other change comes between; what {@code change} throws goes
   * out, nothing changed. KEY_NOT_FOUND if there is none.
   */
  protected abstract KeyMetadata change(String keyId, UnaryOperator<KeyStateMachine> change);

  /**
   * Destroys a key if {@code allowed} does not throw for it; nothing comes between. Empty if
   * another writer was first.
   */
  protected abstract Optional<KeyStateMachine> destroy(
      String keyId, UnaryOperator<KeyStateMachine> allowed);

  /** Refuses everything once closed, when the secrets are wiped: NOT_RUNNING. */
  protected final void requireOpen() {
    if (closed) {
      throw KmsException.of(
          ErrorKind.NOT_RUNNING, "this backend was closed; call the service, or make another one");
    }
  }

  /** Notes that this is closed; whether it was open before. */
  protected final synchronized boolean closeOnce() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  @Override
  public final KeyMetadata deleteKey(DeleteKeyRequest request) {
    Instant now = settings.clock().instant();
    if (request.forceImmediate()) {
      return destroy(request.keyId(), key -> key.dueAt(now))
          .orElseThrow(() -> KeyringBackend.notFound(request.keyId()))
          .destroyed();
    }
    Duration wait = Duration.ofDays(request.pendingWindowInDays());
    return change(request.keyId(), key -> key.schedule(now, wait));
  }

  @Override
  public final KeyMetadata cancelKeyDeletion(CancelKeyDeletionRequest request) {
    return change(request.keyId(), KeyStateMachine::cancel);
  }

  @Override
  public final boolean destroyIfDue(String keyId, Instant now) {
    try {
      return destroy(keyId, key -> key.requireDue(now)).isPresent();
    } catch (KmsException e) {
      if (e.kind() == ErrorKind.INVALID_KEY_STATE || e.kind() == ErrorKind.KEY_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public final KeyMetadata enableKey(String keyId) {
    return change(keyId, key -> key.toggle(KeyState.ENABLED));
  }

  @Override
  public final KeyMetadata disableKey(String keyId) {
    return change(keyId, key -> key.toggle(KeyState.DISABLED));
  }

  @Override
  public final KeyMetadata updateDescription(String keyId, String description) {
    return change(keyId, key -> key.withDescription(description));
  }

  @Override
  public final KeyMetadata tagKey(String keyId, Map<String, String> tags) {
    return change(keyId, key -> key.withTags(tags));
  }

  @Override
  public final KeyMetadata untagKey(String keyId, Set<String> tagNames) {
    return change(keyId, key -> key.withoutTags(tagNames));
  }
}
