package io.claviger.backend.local;

import io.claviger.engine.Entropy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The root keys of a folder: the current one, and the one before while a rotation of the root is
 * under way. Shared and never changed; {@link #wipe} ends their use.
 */
record RootKeys(Root current, @Nullable Root previous) {
  /**
   * A root key.
   *
   * @param id random, names the key in records
   * @param key 32 bytes
   */
  record Root(long id, byte[] key) {
    static final int KEY_BYTES = 32;

    static Root fresh() {
      return new Root(
          ByteBuffer.wrap(Entropy.bytes(Long.BYTES)).getLong(), Entropy.bytes(KEY_BYTES));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Root that && id == that.id;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id);
    }

    @Override
    public String toString() {
      return "Root[%016x]".formatted(id);
    }
  }

  /** Returns the root key with this id, or null. */
  @Nullable Root find(long id) {
    if (current.id() == id) {
      return current;
    }
    return previous != null && previous.id() == id ? previous : null;
  }

  void wipe() {
    Arrays.fill(current.key(), (byte) 0);
    if (previous != null) {
      Arrays.fill(previous.key(), (byte) 0);
    }
  }
}
