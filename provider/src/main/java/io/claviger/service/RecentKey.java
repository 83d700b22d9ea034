package io.claviger.service;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;

/**
 * What was seen of a key a short while ago.
 *
 * @param state its state
 * @param currentVersion its current version, 0 where only its use was seen
 */
public record RecentKey(KeyState state, int currentVersion) {
  static RecentKey of(KeyMetadata seen) {
    return new RecentKey(seen.state(), seen.currentVersion());
  }
}
