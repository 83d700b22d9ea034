package io.claviger.bulk.migrate;

import org.jspecify.annotations.Nullable;

/**
 * A sealed object that this job has stored.
 *
 * @param versionId null in a bucket without versions
 * @param took how long its last request took, in nanoseconds
 */
record Target(String bucket, String key, String eTag, @Nullable String versionId, long took) {}
