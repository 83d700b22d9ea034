package io.claviger.bulk.audit;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one request says of a stored object.
 *
 * @param metadata user metadata, lower-case names without {@code x-amz-meta-}
 * @param first the first stored bytes, at most {@link ObjectForms#FIRST_BYTES}
 * @param storedBytes the stored size
 * @param eTag the ETag, by which later requests are pinned
 */
record StoredStart(Map<String, String> metadata, byte[] first, long storedBytes, String eTag) {
  /** Returns names in lower case, values of names that differ in case only joined by commas. */
  static Map<String, String> lowerCase(Map<String, String> metadata) {
    Map<String, String> lower = new TreeMap<>();
    metadata.forEach(
        (name, value) ->
            lower.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + "," + other));
    return lower;
  }
}
