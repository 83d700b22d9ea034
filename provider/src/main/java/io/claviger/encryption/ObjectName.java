package io.claviger.encryption;

/**
 * The bucket and key of an object.
 *
 * @param bucket the bucket's name
 * @param key the object's key, not URL-encoded
 */
public record ObjectName(String bucket, String key) {
  /** Returns {@code s3://bucket/key}. */
  @Override
  public String toString() {
    return "s3://" + bucket + "/" + key;
  }
}
