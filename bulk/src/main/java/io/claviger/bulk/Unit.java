package io.claviger.bulk;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a job works on and what a report has rows of: the current version of an object, or one named
 * version.
 *
 * @param bucket the bucket
 * @param key the object's key
 * @param versionId the version, null for the current one
 * @param storedBytes the stored size as the source says it, {@link #UNKNOWN_SIZE} where it does not
 * @param storageClass the storage class as the source says it, null where it does not
 */
public record Unit(
    String bucket,
    String key,
    @Nullable String versionId,
    long storedBytes,
    @Nullable String storageClass)
    implements Serializable {
  /** The source does not say the size. */
  public static final long UNKNOWN_SIZE = -1;

  /** Returns the current version of an object of which only the name is known. */
  public static Unit named(String bucket, String key) {
    return new Unit(bucket, key, null, UNKNOWN_SIZE, null);
  }

  /** Returns {@code s3://bucket/key}, and the version where one is named. */
  @Override
  public String toString() {
    String name = "s3://" + bucket + "/" + key;
    return versionId == null ? name : name + " version " + versionId;
  }
}
