package io.claviger.backend.local;

import org.jspecify.annotations.Nullable;

/**
 * The root keys of a folder: the present one, and the one before while a rotation of the root is
 * under way.
 */
record RootKeys(Root current, @Nullable Root previous) {
  /** Returns the root key with this id, or null. */
  @Nullable Root find(long id) {
    if (current.id() == id) {
      return current;
    }
    return previous != null && previous.id() == id ? previous : null;
  }

  void wipe() {
    current.wipe();
    if (previous != null) {
      previous.wipe();
    }
  }
}
