package io.claviger.s3;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.format.NameBinding;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The interceptor's options, checked. Two interceptors with equal settings act as one. */
record Settings(
    ClavigerProvider provider,
    @Nullable String keyId,
    EncryptionContext encryptionContext,
    ClavigerInterceptor.PlaintextObjects plaintextObjects,
    ReaderPolicy reader,
    List<String> includeBuckets,
    List<String> excludeBuckets,
    Map<String, String> kmsKeyAliases,
    ShapeOptions options) {
  Settings {
    includeBuckets = List.copyOf(includeBuckets);
    excludeBuckets = List.copyOf(excludeBuckets);
    kmsKeyAliases = Map.copyOf(kmsKeyAliases);
  }

  /** Returns what a log line tells of these settings. */
  String summary() {
    return "key %s, names %s, plaintext objects %s, buckets %s%s"
        .formatted(
            keyId == null ? "default" : keyId,
            names(),
            plaintextObjects,
            includeBuckets.isEmpty() ? "all" : includeBuckets,
            excludeBuckets.isEmpty() ? "" : " but not " + excludeBuckets);
  }

  NameBinding names() {
    return reader.names();
  }

  boolean allowsPlaintext() {
    return plaintextObjects == ClavigerInterceptor.PlaintextObjects.ALLOW;
  }

  /**
   * Whether objects of {@code bucket} are ours; without a bucket, yes. An access point may lead to
   * any bucket: it is ours unless its own name is excluded, so that it is no way past the sealing.
   */
  boolean covers(String bucket) {
    boolean included =
        includeBuckets.isEmpty()
            || AccessPoints.isOne(bucket)
            || BucketPatterns.anyMatches(includeBuckets, bucket);
    return included && !BucketPatterns.anyMatches(excludeBuckets, bucket);
  }

  /**
   * Returns the name that is bound to an object.
   *
   * @throws ClavigerS3Exception BAD_REQUEST for an access point without an alias: the object would
   *     be bound to a name that readers may not use
   */
  ObjectName bound(ObjectName asked) {
    String bucket = asked.bucket();
    if (AccessPoints.isOne(bucket)
        && names() != NameBinding.NONE
        && !reader.bucketAliases().containsKey(bucket)) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          asked.toString(),
          "an access point, but objects are bound to the name of their bucket. Map it with the interceptor's option bucketAliases, or exclude it by name if its objects are not to be sealed");
    }
    return reader.bound(asked);
  }
}
