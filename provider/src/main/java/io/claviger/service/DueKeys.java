package io.claviger.service;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of destroying the keys whose deletion is due; a repetition does no harm. */
final class DueKeys {
  private static final Logger LOG = LoggerFactory.getLogger(DueKeys.class);

  private final Generation generation;
  private final Calls calls;
  private final Instant now;

  DueKeys(Generation generation, Calls calls, ServiceSettings settings) {
    this.generation = generation;
    this.calls = calls;
    this.now = settings.clock.instant();
  }

  List<String> destroy() {
    List<String> destroyed = new ArrayList<>();
    ListKeysRequest request =
        new ListKeysRequest(ListKeysRequest.MAX_LIMIT, null, KeyState.PENDING_DELETION, null);
    @Nullable String next;
    do {
      ListKeysRequest page = request;
      ListKeysResult found =
          generation.policy.call(Operation.LIST_KEYS, () -> generation.backend.listKeys(page));
      for (KeyMetadata key : found.keys()) {
        Instant due = key.deletionDate();
        if (due != null && !due.isAfter(now) && destroy(key.keyId())) {
          destroyed.add(key.keyId());
        }
      }
      next = found.nextMarker();
      request = next == null ? request : request.after(next);
    } while (next != null);
    return destroyed;
  }

  private boolean destroy(String keyId) {
    try {
      return calls.carryOut(
          generation,
          Call.of(
              Operation.DESTROY_IF_DUE, keyId, () -> generation.backend.destroyIfDue(keyId, now)));
    } catch (KmsException e) {
      LOG.warn("key \"{}\" is due but could not be destroyed, trying again later", keyId, e);
      return false;
    }
  }
}
