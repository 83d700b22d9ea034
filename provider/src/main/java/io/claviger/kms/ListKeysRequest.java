package io.claviger.kms;

import org.jspecify.annotations.Nullable;

/**
 * Asks for a page of keys in ascending order of their ids.
 *
 * @param limit most keys of the page, 1 to 1,000
 * @param marker list ids after this one, null from the start
 * @param state only keys in this state, null for all
 * @param usage only keys of this usage, null for all
 */
public record ListKeysRequest(
    int limit, @Nullable String marker, @Nullable KeyState state, @Nullable KeyUsage usage) {
  public static final int DEFAULT_LIMIT = 100;
  public static final int MAX_LIMIT = 1000;

  /** Asks for the first 100 keys. */
  public static ListKeysRequest first() {
    return new ListKeysRequest(DEFAULT_LIMIT, null, null, null);
  }

  /** Asks for the page after {@code newMarker}. */
  public ListKeysRequest after(String newMarker) {
    return new ListKeysRequest(limit, newMarker, state, usage);
  }
}
