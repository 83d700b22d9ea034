package io.claviger.s3.internal.call;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interceptor's options, checked. Two interceptors with equal settings act as one.
 *
 * @param keys what objects are sealed with
 * @param plaintextObjects what is done with objects that are not sealed
 * @param reader what is demanded of objects that are read
 * @param buckets which buckets are covered
 * @param options those of copies, listings and encryption parameters
 */
public record Settings(
    Keys keys,
    PlaintextObjects plaintextObjects,
    ReaderPolicy reader,
    Buckets buckets,
    ShapeOptions options) {
  /**
   * What objects are sealed with where the request does not say otherwise.
   *
   * @param provider where keys come from
   * @param keyId the master key, null for the provider's own
   * @param encryptionContext the context
   * @param aliases master keys by the ids that callers use
   * @param rules which master key and context a name gets
   */
  public record Keys(
      ClavigerProvider provider,
      @Nullable String keyId,
      EncryptionContext encryptionContext,
      Map<String, String> aliases,
      KeyRuleSource rules) {
    public Keys {
      aliases = Map.copyOf(aliases);
    }
  }

  /**
   * Which buckets are covered, by patterns of their names.
   *
   * @param included empty for every one
   * @param excluded stronger than included
   */
  public record Buckets(List<String> included, List<String> excluded) {
    public Buckets {
      included = List.copyOf(included);
      excluded = List.copyOf(excluded);
    }
  }

  public ClavigerProvider provider() {
    return keys.provider();
  }

  /** Returns the master key of requests that name none, null for the provider's own. */
  public @Nullable String keyId() {
    return keys.keyId();
  }

  /** Returns the context of requests that give none. */
  public EncryptionContext encryptionContext() {
    return keys.encryptionContext();
  }

  /** Returns the text of these settings for a log line, with the key of requests that name none. */
  public String summary(String byDefault) {
    return "key %s, %s, names %s, plaintext objects %s, buckets %s%s"
        .formatted(
            keyId() == null ? byDefault : keyId(),
            keys.rules(),
            names(),
            plaintextObjects,
            buckets.included().isEmpty() ? "all" : buckets.included(),
            buckets.excluded().isEmpty() ? "" : " but not " + buckets.excluded());
  }

  public NameBinding names() {
    return reader.names();
  }

  public boolean allowsPlaintext() {
    return plaintextObjects == PlaintextObjects.ALLOW;
  }

  /**
   * Whether objects of {@code bucket} are covered; without a bucket, yes. An access point may lead
   * to any bucket: it is covered unless its own name is excluded, so that it cannot bypass sealing.
   */
  public boolean covers(String bucket) {
    boolean included =
        buckets.included().isEmpty()
            || AccessPoints.isOne(bucket)
            || BucketPatterns.anyMatches(buckets.included(), bucket);
    return included && !BucketPatterns.anyMatches(buckets.excluded(), bucket);
  }

  /** Whether the object of this name is covered. */
  public boolean covers(ObjectName asked) {
    return covers(reader.bound(asked).bucket());
  }

  /**
   * Returns the name that is bound to an object.
   *
   * @throws ClavigerS3Exception BAD_REQUEST for an access point without an alias: the object would
   *     be bound to a name that readers may not use
   */
  public ObjectName bound(ObjectName asked) {
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
