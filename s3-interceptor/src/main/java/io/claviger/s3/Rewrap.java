package io.claviger.s3;

import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.copy.RewrapCopy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Re-wraps the data keys of stored objects: for the current version of their master key, another
 * master key, another name, another customer-provided key (SSE-C). The bytes are copied by the
 * store onto themselves and are never transferred.
 *
 * <pre>{@code
 * Rewrap rewrap = Rewrap.with(s3).toKey("orders-2027");
 * Rewrap.Result result = rewrap.prefix("bucket", "2026/", null, progress -> save(progress.lastKey()));
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
  /**
   * The progress of a run over a prefix.
   *
   * @param lastKey the last key that was done or given up: begin after it to go on later
   * @param rewrapped objects with a new envelope so far
   * @param skipped objects that are not sealed, or changed meanwhile
   * @param failed objects that could not be re-wrapped
   * @param failure why {@code lastKey} failed, null when {@code lastKey} did not fail
   */
  public record Progress(
      String lastKey, long rewrapped, long skipped, long failed, @Nullable SdkException failure) {}

  /**
   * The result of a run over a prefix.
   *
   * @param rewrapped objects with a new envelope
   * @param skipped objects that are not sealed, or changed meanwhile
   * @param failed objects that could not be re-wrapped: each was reported to progress
   */
  public record Result(long rewrapped, long skipped, long failed) {}

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

  /**
   * Re-wraps every object below a prefix in place, in the order of keys, one at a time, page by
   * page.
   *
   * @param prefix begins the keys, empty for the whole bucket
   * @param after the key to go on after, from {@link Progress#lastKey}; null from the beginning
   * @param progress receives each object, on the calling thread; may throw to stop
   * @return the totals of this run
   * @throws ClavigerS3Exception PROTOCOL if the store's list of keys does not go on in the order of
   *     their UTF-8 bytes; what was reported before is done
   */
  public Result prefix(
      String bucket, String prefix, @Nullable String after, Consumer<Progress> progress) {
    RewrapRun run = new RewrapRun(progress);
    ListObjectsV2Request first =
        ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).startAfter(after).build();
    new KeyListing(copy.client(), first).forEach(key -> run.one(key, () -> object(bucket, key)));
    return run.result();
  }

  /** Counts what became of the objects of one run. */
  private static final class RewrapRun {
    private final Consumer<Progress> progress;
    private long rewrapped;
    private long skipped;
    private long failed;

    RewrapRun(Consumer<Progress> progress) {
      this.progress = progress;
    }

    void one(String key, Runnable rewrap) {
      SdkException failure = null;
      try {
        rewrap.run();
        rewrapped++;
      } catch (SdkException e) {
        if (nothingToDo(e)) {
          skipped++;
        } else {
          failed++;
          failure = e;
        }
      }
      progress.accept(new Progress(key, rewrapped, skipped, failed, failure));
    }

    private static boolean nothingToDo(SdkException e) {
      return e instanceof ClavigerS3Exception ours
          ? ours.failure() == Failure.NOT_SEALED
          : e instanceof S3Exception s3 && (s3.statusCode() == 412 || s3.statusCode() == 404);
    }

    Result result() {
      return new Result(rewrapped, skipped, failed);
    }
  }
}
