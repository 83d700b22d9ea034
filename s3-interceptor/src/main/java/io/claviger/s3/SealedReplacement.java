package io.claviger.s3;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.copy.CopyPlanner;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Puts sealed objects in the place of objects that are not sealed, when nobody wrote meanwhile: the
 * steps of a migration that plain requests cannot do safely on every store.
 *
 * <pre>{@code
 * SealedReplacement replacement = SealedReplacement.with(s3);
 * // after a sealed copy was put as "staged" and was read back:
 * replacement.copyOver("bucket", "staged", "key", headOfPlaintext);
 * }</pre>
 *
 * <p>Guarantee: an object that was overwritten meanwhile stays as it was written, also on stores
 * that ignore conditions of copies or order versions by another time than that of their writes.
 *
 * <p>Immutable. Threads: safe. Blocking: asks the store and the key management service.
 */
public final class SealedReplacement {
  private final S3Client client;
  private final ClavigerInterceptor interceptor;
  private final CopyPlanner copies;

  private SealedReplacement(S3Client client, ClavigerInterceptor interceptor) {
    this.client = client;
    this.interceptor = interceptor;
    this.copies = interceptor.copies();
  }

  /**
   * Returns one that works as {@code s3} does.
   *
   * @param s3 a client with a {@link ClavigerInterceptor}
   * @throws IllegalArgumentException if the client has no such interceptor of its own
   */
  public static SealedReplacement with(S3Client s3) {
    return new SealedReplacement(s3, ClavigerInterceptor.of(s3));
  }

  /** Whether objects of this bucket are sealed at all. Sends nothing. */
  public boolean covers(String bucket) {
    return interceptor.covers(bucket);
  }

  /** Returns the keys by which the client reads objects of the Amazon S3 Encryption Client. */
  public Optional<S3EncryptionClientKeys> s3EncryptionClientKeys() {
    return Optional.ofNullable(interceptor.settings().options().foreign());
  }

  /**
   * Copies a sealed object over another one of its bucket, if that is still the one of {@code
   * replaced}. Key and context are those that a PUT of that name would have; bytes, user metadata,
   * headers and tags are the staged object's, storage class and redirect those of {@code replaced}.
   * The staged object stays.
   *
   * @param stagedKey the key of the sealed object
   * @param key the key of the object that is replaced
   * @param replaced the store's answer to HEAD for it, from a client without an interceptor
   * @return the version of the copy, null in a bucket without versions
   * @throws S3Exception 412 if it was overwritten since: it is as it was written; else the store's
   * @throws ClavigerS3Exception if the staged object does not open, or keys cannot be obtained
   */
  public @Nullable String copyOver(
      String bucket, String stagedKey, String key, HeadObjectResponse replaced) {
    return copies.over(
        client,
        named(bucket, key)
            .sourceBucket(bucket)
            .sourceKey(stagedKey)
            .metadataDirective(MetadataDirective.COPY)
            .storageClass(replaced.storageClassAsString())
            .websiteRedirectLocation(replaced.websiteRedirectLocation())
            .build(),
        replaced);
  }

  /**
   * Requires that a version which was just put under {@code If-Match} is behind no version that was
   * put meanwhile. Some stores order a version by the time at which its PUT began to wait; there
   * this waits for a moment and looks, and deletes {@code versionId} again where it hides another.
   *
   * @param replaced the store's answer to HEAD for the object before
   * @param versionId the version that was put
   * @param took how long the PUT took
   * @throws S3Exception 412 if it was deleted again: the object is as somebody else wrote it; 409
   *     if it could not be, naming both versions; else the store's
   */
  public void requireNotOvertaken(
      String bucket, String key, HeadObjectResponse replaced, String versionId, Duration took) {
    copies.requireNotOvertaken(
        client, named(bucket, key).build(), replaced.versionId(), versionId, took);
  }

  /**
   * Whether an object has the name and the size of a probe: a few bytes without content of
   * anybody's that are stored beside an object before the first copy onto itself in a bucket, and
   * deleted again. A job over a bucket that lists one while another process works leaves it alone.
   *
   * @param storedBytes as the store says
   */
  public static boolean isProbe(String key, long storedBytes) {
    return CopyPlanner.isProbe(key, storedBytes);
  }

  private static CopyObjectRequest.Builder named(String bucket, String key) {
    return CopyObjectRequest.builder().destinationBucket(bucket).destinationKey(key);
  }
}
