package io.claviger.kms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of keys.
 *
 * @param keys in ascending order of their ids (by UTF-16 code units, as {@code String.compareTo})
 * @param nextMarker the marker of the next page, null when this is the last one
 * @param damagedKeyIds ids in the range of this page whose record cannot be read
 */
public record ListKeysResult(
    List<KeyMetadata> keys, @Nullable String nextMarker, List<String> damagedKeyIds) {
  public ListKeysResult {
    keys = List.copyOf(keys);
    damagedKeyIds = List.copyOf(damagedKeyIds);
  }
}
