package io.claviger.encryption;

import io.claviger.object.NameBinding;
import java.util.Map;
import java.util.Set;

/**
 * What a reader demands of an object before it opens it.
 *
 * @param names the least that must be bound; an envelope that binds fewer names is refused
 * @param acceptMoved opens with the names that the envelope records, whatever name was asked for;
 *     gives up the protection against swapped objects, for one-off moves
 * @param bucketAliases other names of a bucket (access points, replicas) to the name that was bound
 * @param trustedKeyIds master keys that are followed; empty means all of the configured backend
 */
public record ReaderPolicy(
    NameBinding names,
    boolean acceptMoved,
    Map<String, String> bucketAliases,
    Set<String> trustedKeyIds) {
  /** Both names bound and verified, no aliases, every key of the backend. */
  public static final ReaderPolicy DEFAULT =
      new ReaderPolicy(NameBinding.OBJECT, false, Map.of(), Set.of());

  public ReaderPolicy {
    bucketAliases = Map.copyOf(bucketAliases);
    trustedKeyIds = Set.copyOf(trustedKeyIds);
  }

  /** Returns this policy with another least binding. */
  public ReaderPolicy withNames(NameBinding least) {
    return new ReaderPolicy(least, acceptMoved, bucketAliases, trustedKeyIds);
  }

  /** Returns the name that was bound when {@code asked} names its bucket by an alias. */
  public ObjectName bound(ObjectName asked) {
    String bucket = bucketAliases.getOrDefault(asked.bucket(), asked.bucket());
    return new ObjectName(bucket, asked.key());
  }
}
