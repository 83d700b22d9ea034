package io.claviger.service;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a key a short while ago.
 *
 * @param state its state
 * @param currentVersion its current version, 0 where only its use was seen
 * @param stamp what the backend calls that version, as {@link KeyMetadata#stamp()}; null where it
 *     does not say
 */
public record RecentKey(KeyState state, int currentVersion, @Nullable String stamp) {
  static RecentKey of(KeyMetadata seen) {
    return new RecentKey(seen.state(), seen.currentVersion(), seen.stamp());
  }
}
