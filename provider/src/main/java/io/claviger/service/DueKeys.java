package io.claviger.service;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of destroying the keys whose deletion is due; a repetition does no harm. */
final class DueKeys {
  private static final Logger LOG = LoggerFactory.getLogger(DueKeys.class);

  private final Generation generation;
  private final Calls calls;
  private final Instant now;
  private final Map<String, String> left = new TreeMap<>();

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
          generation.policy.call(
              Operation.LIST_KEYS, null, () -> generation.backend.listKeys(page));
      for (KeyMetadata key : found.keys()) {
        Instant due = key.deletionDate();
        if (due == null) {
          left.put(key.keyId(), "its record has no date");
        } else if (!due.isAfter(now) && destroy(key.keyId())) {
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
      boolean gone =
          calls.carryOut(
              generation,
              Call.of(
                  Operation.DESTROY_IF_DUE,
                  keyId,
                  () -> generation.backend.destroyIfDue(keyId, now)));
      if (!gone) {
        noteUnlessCancelled(keyId);
      }
      return gone;
    } catch (KmsException e) {
      left.put(keyId, String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** Another process may have cancelled or destroyed it meanwhile; a backend may just not do it. */
  private void noteUnlessCancelled(String keyId) {
    try {
      KeyMetadata there = generation.describe(keyId);
      Instant due = there.deletionDate();
      if (there.state() == KeyState.PENDING_DELETION && due != null && !due.isAfter(now)) {
        left.put(keyId, "its backend did not destroy it");
      }
    } catch (KmsException e) {
      LOG.debug("key \"{}\" is gone, or not to be seen", keyId, e);
    }
  }

  /** Returns the keys that are due and still there, and why; empty before {@link #destroy}. */
  Map<String, String> left() {
    return left;
  }
}
