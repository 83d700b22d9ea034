package io.claviger.bulk.migrate;

import io.claviger.bulk.Unit;
import io.claviger.bulk.audit.ObjectForm;
import io.claviger.encryption.S3EncryptionClientKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * An object to be sealed, as one HEAD said it is, and what the sealed one keeps of it.
 *
 * @param head the store's answer, to which everything that follows is pinned
 * @param metadata user metadata, lower-case names without {@code x-amz-meta-}
 */
record Source(String bucket, String key, HeadObjectResponse head, Map<String, String> metadata) {
  /** Members that HEAD answers and requests which create an object take, by the SDK's names. */
  private static final Set<String> HEADERS =
      Set.of(
          "CacheControl",
          "ContentDisposition",
          "ContentEncoding",
          "ContentLanguage",
          "ContentType",
          "WebsiteRedirectLocation");

  /** As {@link #HEADERS}, of what belongs to the object under its own name alone. */
  private static final Set<String> OF_THE_PLACE =
      Set.of(
          "StorageClass",
          "ObjectLockMode",
          "ObjectLockRetainUntilDate",
          "ObjectLockLegalHoldStatus");

  private static final String EXPIRES = "Expires";
  private static final int NOT_IMPLEMENTED = 501;

  static Source of(Unit unit, HeadObjectResponse head) {
    return new Source(unit.bucket(), unit.key(), head, ObjectForm.lowerCase(head.metadata()));
  }

  String eTag() {
    return head.eTag();
  }

  long storedBytes() {
    return head.contentLength();
  }

  /** Returns a request for the bytes of this version and no other. */
  GetObjectRequest.Builder pinned() {
    return GetObjectRequest.builder()
        .bucket(bucket)
        .key(key)
        .versionId(head.versionId())
        .ifMatch(eTag());
  }

  boolean isS3ec() {
    return S3EncryptionClientKeys.wrote(metadata);
  }

  /** Returns the user metadata that the sealed object keeps: what no encryption wrote. */
  Map<String, String> ownMetadata() {
    Map<String, String> own = new HashMap<>(metadata);
    own.keySet().removeAll(S3EncryptionClientKeys.metadataNames());
    return own;
  }

  /** Sets on a request that creates the sealed object what it keeps. */
  void keep(SdkPojo request, boolean inItsPlace) {
    for (SdkField<?> target : request.sdkFields()) {
      String name = target.memberName();
      if (HEADERS.contains(name) || inItsPlace && OF_THE_PLACE.contains(name)) {
        head.sdkFields().stream()
            .filter(field -> field.memberName().equals(name))
            .map(field -> field.getValueOrDefault(head))
            .filter(Objects::nonNull)
            .findFirst()
            .ifPresent(value -> target.set(request, value));
      }
    }
  }

  /** Returns what is set by hand: Expires as it is stored, since not every one is a date. */
  AwsRequestOverrideConfiguration.Builder override() {
    AwsRequestOverrideConfiguration.Builder override = AwsRequestOverrideConfiguration.builder();
    Optional<String> expires = head.sdkHttpResponse().firstMatchingHeader(EXPIRES);
    expires.ifPresent(text -> override.putHeader(EXPIRES, text));
    return override;
  }

  /**
   * Asks for the tags, in the form of a header; null when there are none or the store has none.
   *
   * @throws S3Exception what the store answers, since an object without its tags is a silent loss
   */
  @Nullable String tags(Store store) {
    try {
      String tags =
          store
              .stored(1)
              .getObjectTagging(b -> b.bucket(bucket).key(key).versionId(head.versionId()))
              .tagSet()
              .stream()
              .map(t -> SdkHttpUtils.urlEncode(t.key()) + "=" + SdkHttpUtils.urlEncode(t.value()))
              .collect(Collectors.joining("&"));
      return tags.isEmpty() ? null : tags;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_IMPLEMENTED) {
        return null;
      }
      throw e;
    }
  }
}
