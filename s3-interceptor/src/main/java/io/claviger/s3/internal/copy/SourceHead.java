package io.claviger.s3.internal.copy;

import io.claviger.encryption.ObjectName;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.CopySource;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.UserMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What the store says of the source of a copy: its stored size, its metadata, its ETag.
 *
 * @param source what was asked for
 * @param head the answer
 * @param storesKey whether the customer-provided key of the source is sent to the store
 * @param current whether it is the version that a request without a version gets
 */
record SourceHead(CopySource source, HeadObjectResponse head, boolean storesKey, boolean current) {
  private static final String UNVERSIONED = "null";
  private static final int NOT_FOUND = 404;

  /**
   * Asks the store, under the conditions that the caller set for the source.
   *
   * @throws S3Exception 412 if a condition is not met, as CopyObject answers; else the store's
   * @throws ClavigerS3Exception PROTOCOL if the answer has no length or another ETag than was asked
   *     for; as reading does for an envelope that is there twice
   */
  static SourceHead of(S3Client client, CopyObjectRequest copy, Settings settings, String where) {
    CopySource source = CopySource.of(copy, where);
    boolean storesKey = settings.options().sseParameters().sentOn();
    HeadObjectRequest.Builder head =
        request(source, copy, storesKey)
            .ifMatch(copy.copySourceIfMatch())
            .ifNoneMatch(copy.copySourceIfNoneMatch())
            .ifModifiedSince(copy.copySourceIfModifiedSince())
            .ifUnmodifiedSince(copy.copySourceIfUnmodifiedSince());
    try {
      HeadObjectResponse found = client.headObject(head.build());
      requireLength(where, source, found);
      requireMatch(where, source, copy.copySourceIfMatch(), found.eTag());
      boolean current = isCurrent(client, source, copy, found, storesKey);
      SourceHead answered = new SourceHead(source, found, storesKey, current);
      answered.metadata();
      return answered;
    } catch (FormatException e) {
      throw CallerExceptions.whileReading(where, e); // an envelope that is there twice
    } catch (S3Exception e) {
      if (e.statusCode() == 304 || e.statusCode() == 412) {
        throw S3Errors.preconditionFailed(
            where, "the source %s does not meet the conditions of the copy".formatted(source));
      }
      throw e;
    }
  }

  /**
   * Stores without versions call the only one null and answer no version. Where there are others,
   * the version null may be an old one: the store is asked which is the current one.
   */
  private static boolean isCurrent(
      S3Client client,
      CopySource source,
      CopyObjectRequest copy,
      HeadObjectResponse found,
      boolean storesKey) {
    if (!UNVERSIONED.equals(source.versionId()) || found.versionId() == null) {
      return source.versionId() == null || source.versionId().equals(UNVERSIONED);
    }
    try {
      HeadObjectRequest newest = request(source, copy, storesKey).versionId(null).build();
      return UNVERSIONED.equals(client.headObject(newest).versionId());
    } catch (S3Exception e) {
      return e.statusCode() != NOT_FOUND; // deleted; else in doubt the copy is conditional
    }
  }

  private static HeadObjectRequest.Builder request(
      CopySource source, CopyObjectRequest copy, boolean storesKey) {
    HeadObjectRequest.Builder head =
        HeadObjectRequest.builder()
            .bucket(source.name().bucket())
            .key(source.name().key())
            .versionId(source.versionId())
            .requestPayer(copy.requestPayer())
            .expectedBucketOwner(copy.expectedSourceBucketOwner())
            .overrideConfiguration(SubRequests.raw(copy));
    if (storesKey) {
      head.sseCustomerAlgorithm(copy.copySourceSSECustomerAlgorithm())
          .sseCustomerKey(copy.copySourceSSECustomerKey())
          .sseCustomerKeyMD5(copy.copySourceSSECustomerKeyMD5());
    }
    return head;
  }

  /** Returns when the object expires as its writer said it, be it a date or not; null for never. */
  @Nullable String expires() {
    return head.getValueForField("ExpiresString", String.class)
        .or(() -> head.sdkHttpResponse().firstMatchingHeader(ObjectHeaders.EXPIRES))
        .orElse(null);
  }

  /** Asks the store for the source again, without conditions. */
  SourceHead again(S3Client client, CopyObjectRequest copy) {
    HeadObjectRequest now = request(source, copy, storesKey).build();
    return new SourceHead(source, client.headObject(now), storesKey, current);
  }

  /**
   * Whether a copy to {@code destination} is one onto itself. A version that is not the current one
   * is another object, which a copy makes the current one again.
   *
   * @param bound gives the bucket's own name for each of its aliases
   */
  boolean isAt(ObjectName destination, UnaryOperator<ObjectName> bound) {
    return current && bound.apply(source.name()).equals(bound.apply(destination));
  }

  /** Refuses an answer of the store with another object than a condition names. */
  static void requireMatch(
      String where, CopySource source, @Nullable String ifMatch, @Nullable String found) {
    if (!ETags.meet(ifMatch, found)) {
      throw ClavigerS3Exception.of(
          Failure.PROTOCOL,
          where,
          "the store answered for the source %s with ETag %s where If-Match named %s. Nothing was copied; check the store or the proxy before it"
              .formatted(source, found == null ? "missing" : found, ifMatch));
    }
  }

  /** Refuses an answer of the store without the length that a copy goes by. */
  static void requireLength(String where, CopySource source, HeadObjectResponse found) {
    if (found.contentLength() == null) {
      throw ClavigerS3Exception.of(
          Failure.PROTOCOL,
          where,
          "the store answered for the source %s without Content-Length. Nothing was copied; check the store or the proxy before it"
              .formatted(source));
    }
  }

  /**
   * Returns the first {@code count} stored bytes, fewer where the object is shorter, of exactly the
   * version that answered.
   *
   * @throws S3Exception 412 if it was overwritten meanwhile; else the store's
   */
  byte[] firstBytes(S3Client client, CopyObjectRequest copy, int count) {
    GetObjectRequest.Builder get =
        GetObjectRequest.builder()
            .bucket(source.name().bucket())
            .key(source.name().key())
            .versionId(source.versionId())
            .ifMatch(head.eTag())
            .range("bytes=0-" + (count - 1))
            .requestPayer(copy.requestPayer())
            .expectedBucketOwner(copy.expectedSourceBucketOwner())
            .overrideConfiguration(SubRequests.raw(copy));
    if (storesKey) {
      get.sseCustomerAlgorithm(copy.copySourceSSECustomerAlgorithm())
          .sseCustomerKey(copy.copySourceSSECustomerKey())
          .sseCustomerKeyMD5(copy.copySourceSSECustomerKeyMD5());
    }
    // not all of an answer that ignores the range: it may be of many gigabytes
    return client.getObject(
        get.build(),
        (answer, in) -> {
          byte[] first = in.readNBytes(count);
          in.abort();
          return first;
        });
  }

  /** Returns all user metadata, lower-case names. */
  Map<String, String> metadata() {
    return UserMetadata.of(head.sdkHttpResponse());
  }

  /**
   * Returns the user metadata without the envelope.
   *
   * @throws ClavigerS3Exception UNSUPPORTED if the store cannot return all of it
   */
  Map<String, String> callersMetadata(String where) {
    if (head.missingMeta() != null && head.missingMeta() > 0) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "the store leaves out %d entries of the metadata of %s, which the copy would lose. Copy with metadataDirective REPLACE and the whole metadata"
              .formatted(head.missingMeta(), source));
    }
    Map<String, String> own = new HashMap<>(metadata());
    own.keySet().removeIf(UserMetadata::isReserved);
    return own;
  }
}
