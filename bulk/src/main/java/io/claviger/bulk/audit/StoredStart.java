package io.claviger.bulk.audit;

import java.util.Map;

/**
 * What one request says of a stored object.
 *
 * @param metadata user metadata, lower-case names without {@code x-amz-meta-}
 * @param first the first stored bytes, at most {@link ObjectForms#FIRST_BYTES}
 * @param storedBytes the stored size
 * @param eTag the ETag, by which later requests are pinned
 */
record StoredStart(Map<String, String> metadata, byte[] first, long storedBytes, String eTag) {}
