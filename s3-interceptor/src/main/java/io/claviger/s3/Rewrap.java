package io.claviger.s3;

import io.claviger.encryption.SealRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.copy.RewrapCopy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Re-wraps the data key of a stored object: for the current version of its master key, another
 * master key, another name, another context, another customer-provided key (SSE-C). The bytes are
 * copied by the store onto themselves and are never transferred. For all objects of a bucket use
 * the job {@code RewrapJob} of {@code claviger-bulk}, which stands on this.
 *
 * <pre>{@code
 * Rewrap.with(s3).toKey("orders-2027").object("bucket", "2026/first");
 * }</pre>
 *
 * <p>Guarantees: an object that is overwritten meanwhile is left as it is, also by stores that
 * ignore conditions of copies, which are probed once; a failure leaves the old envelope, which
 * still opens. Every re-wrapped object is a new version: object lock, replication and life cycle
 * see a new one, and the ETag of a multipart object may change.
 *
 * <p>Immutable. Threads: safe. Blocking: asks the store and the key management service.
 */
public final class Rewrap {
  private final RewrapCopy copy;

  private Rewrap(RewrapCopy copy) {
    this.copy = copy;
  }

  /**
   * Returns a re-wrapping that keeps each object's master key, and takes its current version.
   *
   * @param s3 a client with a {@link ClavigerInterceptor}
   * @throws IllegalArgumentException if the client has no such interceptor of its own
   */
  public static Rewrap with(S3Client s3) {
    return new Rewrap(RewrapCopy.keepingKeys(s3, ClavigerInterceptor.of(s3).copies()));
  }

  /** Returns this for another master key. */
  public Rewrap toKey(String masterKeyId) {
    return new Rewrap(copy.toKey(masterKeyId));
  }

  /** Returns this for another context, which takes the place of the whole one that objects have. */
  public Rewrap toContext(EncryptionContext context) {
    return new Rewrap(copy.toContext(context));
  }

  /**
   * Returns this for another binding of names than the interceptor's. It may bind more than the
   * interceptor demands of objects that it reads, so a client with {@code names(NONE)} re-wraps to
   * {@code OBJECT}.
   */
  public Rewrap toNames(NameBinding names) {
    return new Rewrap(copy.toNames(names));
  }

  /**
   * Returns this for objects sealed with one customer-provided key (SSE-C), to be sealed with
   * another.
   *
   * @param from 32 bytes, copied
   * @param to 32 bytes, copied
   */
  public Rewrap toCustomerKey(byte[] from, byte[] to) {
    return new Rewrap(copy.toCustomerKey(from, to));
  }

  /**
   * Returns this for a store with other limits than S3's, which copies 5 GiB in one request: larger
   * objects are copied in ranges.
   *
   * @param largestCopyBytes stored bytes of the largest object that is copied at once
   * @param partBytes stored bytes of a range; the store's limits hold, 5 MiB to 5 GiB and 10,000
   *     ranges in S3
   */
  public Rewrap withLimits(long largestCopyBytes, long partBytes) {
    return new Rewrap(copy.withLimits(largestCopyBytes, partBytes));
  }

  /**
   * Re-wraps one object in place.
   *
   * @throws ClavigerS3Exception NOT_SEALED if it is not sealed; as copies otherwise
   * @throws S3Exception 412 if it was overwritten meanwhile: it is as it was written then
   */
  public void object(String bucket, String key) {
    copy.run(bucket, key, bucket, key);
  }

  /**
   * Re-wraps one object in place, as the store answered for it a moment ago: one request less than
   * {@link #object(String, String)}.
   *
   * @param head the answer to HEAD for the current version, from a client without an interceptor
   * @throws ClavigerS3Exception NOT_SEALED if it is not sealed; as copies otherwise
   * @throws S3Exception 412 if it was overwritten since: it is as it was written then
   */
  public void object(String bucket, String key, HeadObjectResponse head) {
    copy.run(bucket, key, bucket, key, head);
  }

  /**
   * Returns what {@link #object(String, String)} would wrap the data key of an object for: name,
   * master key, context and binding of names, key rules included. Asks neither the store nor, but
   * for a key that a rule lets create, the key service.
   *
   * @param keyId the master key that the object has
   * @param context the context that the object has
   * @throws ClavigerS3Exception BAD_REQUEST where a key rule denies, or says otherwise than this
   */
  public SealRequest wanted(String bucket, String key, String keyId, EncryptionContext context) {
    return copy.wanted(bucket, key, keyId, context);
  }

  /**
   * Returns what the key service knows of a master key now, its current version among it.
   *
   * @throws KmsException as {@code KmsManager.describeKeyNow}
   */
  public KeyMetadata masterKey(String masterKeyId) {
    return copy.masterKey(masterKeyId);
  }

  /**
   * Puts one object under another name, with an envelope for it, and leaves the old one.
   *
   * @throws ClavigerS3Exception NOT_SEALED if it is not sealed; as copies otherwise
   * @throws S3Exception 412 if it was overwritten meanwhile: nothing was copied
   */
  public void object(String bucket, String key, String toBucket, String toKey) {
    copy.run(bucket, key, toBucket, toKey);
  }
}
