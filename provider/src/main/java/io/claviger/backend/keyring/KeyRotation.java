package io.claviger.backend.keyring;

import java.time.Instant;

/**
 * Rotation of a key: a version with a fresh secret of the same length and the next number, which
 * seals from then on. Earlier versions stay and open what they sealed.
 */
final class KeyRotation {
  private KeyRotation() {}

  /**
   * Returns the record of {@code key} with one version more.
   *
   * @throws io.claviger.kms.KmsException INVALID_KEY_STATE unless the key is enabled
   */
  static KeyRecord of(KeyRecord key, Instant now) {
    key.standing().requireEnabled("rotateKey");
    KeyVersion current = key.current();
    int next = current.id().number() + 1;
    return key.withVersion(
        KeyVersion.fresh(next, current.material().length, now),
        Changes.of(key.metadata()).rotated(next, now).metadata());
  }
}
