package io.claviger.backend.keyring;

import io.claviger.kms.Capabilities;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where records are kept. Every change is durable when the call returns.
 *
 * <p>Threads: safe.
 */
public interface RecordStore {
  /** Returns a record; CORRUPT_RECORD if what is kept cannot be trusted. */
  Optional<KeyRecord> find(String keyId);

  /**
   * Returns a record to seal under; CORRUPT_RECORD if what the store itself holds would not open
   * what is sealed, INVALID_CONFIGURATION if nothing has shown for long that it would.
   */
  default Optional<KeyRecord> findToSeal(String keyId) {
    return find(keyId);
  }

  /**
   * Looks at a key again, so that {@link #find} returns what others wrote before this call began;
   * throws why that cannot be known. Nothing to do for a store whose {@code find} always does.
   */
  default void refresh(String keyId) {}

  /** Whether {@link #find} returns this key at this moment without asking anybody. */
  default boolean remembers(String keyId) {
    return false;
  }

  /**
   * Keeps a new record; false, changing nothing, if the id is taken. CORRUPT_RECORD, or false, if
   * it is taken by a record that cannot be read.
   */
  boolean create(KeyRecord record);

  /**
   * Replaces a record by what {@code change} makes of it, in one step that no other change comes
   * between. KEY_NOT_FOUND if there is none; what {@code change} throws goes out, nothing changed.
   */
  KeyRecord update(String keyId, UnaryOperator<KeyRecord> change);

  /** Destroys a record if {@code allowed} does not throw for it; nothing comes between. */
  KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed);

  /** Returns what the backend over this store can do beyond the required. */
  default Capabilities capabilities() {
    return Capabilities.ALL;
  }

  /** Returns the origin that a key made here has; {@code made} is what the backend would say. */
  default String originOf(String made) {
    return made;
  }

  /** Returns the ids of all records, damaged ones included. */
  NavigableSet<String> ids();

  /** Returns normally when records can be read and written. */
  void check();

  /** Wipes what is held in memory. */
  void close();
}
