package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/**
 * Every field of the SDK's model of CopyObject and HeadObject: what a copy keeps of its source,
 * what it takes from its caller, what is ours. A field that a new SDK brings fails here until it
 * has a place.
 */
class CopyModelTest {
  /** What the directive COPY keeps, and a re-wrap has to set again. */
  private static final List<String> KEPT =
      List.of(
          "CacheControl",
          "ContentDisposition",
          "ContentEncoding",
          "ContentLanguage",
          "ContentType",
          "Expires",
          "ExpiresString",
          "Metadata");

  /** What S3 makes again for each copy, or takes from the request. */
  private static final List<String> NOT_KEPT_BY_S3 =
      List.of(
          "AcceptRanges",
          "ArchiveStatus",
          "BucketKeyEnabled",
          "ChecksumCRC32",
          "ChecksumCRC32C",
          "ChecksumCRC64NVME",
          "ChecksumMD5",
          "ChecksumSHA1",
          "ChecksumSHA256",
          "ChecksumSHA512",
          "ChecksumType",
          "ChecksumXXHASH128",
          "ChecksumXXHASH3",
          "ChecksumXXHASH64",
          "ContentLength",
          "ContentRange",
          "DeleteMarker",
          "ETag",
          "Expiration",
          "LastModified",
          "MissingMeta",
          "ObjectLockEventHold",
          "ObjectLockEventHoldDurationDays",
          "ObjectLockEventHoldDurationYears",
          "ObjectLockLegalHoldStatus",
          "ObjectLockMode",
          "ObjectLockRetainUntilDate",
          "PartsCount",
          "ReplicationStatus",
          "RequestCharged",
          "Restore",
          "SSECustomerAlgorithm",
          "SSECustomerKeyMD5",
          "SSEKMSKeyId",
          "ServerSideEncryption",
          "StorageClass",
          "TagCount",
          "VersionId",
          "WebsiteRedirectLocation");

  /** Fields of the request that leave as the caller set them, each with a value of its kind. */
  private static final Map<String, Object> CALLERS = new HashMap<>();

  static {
    for (String text :
        new String[] {
          "ACL",
          "AnnotationDirective",
          "CacheControl",
          "ChecksumAlgorithm",
          "ContentDisposition",
          "ContentEncoding",
          "ContentLanguage",
          "ContentType",
          "ExpectedBucketOwner",
          "ExpectedSourceBucketOwner",
          "GrantFullControl",
          "GrantRead",
          "GrantReadACP",
          "GrantWriteACP",
          "IfMatch",
          "IfNoneMatch",
          "ObjectLockEventHold",
          "ObjectLockLegalHoldStatus",
          "ObjectLockMode",
          "RequestPayer",
          "StorageClass",
          "Tagging",
          "TaggingDirective",
          "WebsiteRedirectLocation"
        }) {
      CALLERS.put(text, "caller-s-value");
    }
    Instant date = Instant.parse("2031-02-03T04:05:06Z");
    CALLERS.put("Expires", date);
    CALLERS.put("ObjectLockRetainUntilDate", date);
    CALLERS.put("ObjectLockEventHoldDurationDays", 7);
    CALLERS.put("ObjectLockEventHoldDurationYears", 7);
  }

  /** Fields that the interceptor answers for; tests of their own show how. */
  private static final List<String> OURS =
      List.of(
          "BucketKeyEnabled",
          "CopySource",
          "CopySourceIfMatch",
          "CopySourceIfModifiedSince",
          "CopySourceIfNoneMatch",
          "CopySourceIfUnmodifiedSince",
          "CopySourceSSECustomerAlgorithm",
          "CopySourceSSECustomerKey",
          "CopySourceSSECustomerKeyMD5",
          "DestinationBucket",
          "DestinationKey",
          "Metadata",
          "MetadataDirective",
          "SSECustomerAlgorithm",
          "SSECustomerKey",
          "SSECustomerKeyMD5",
          "SSEKMSEncryptionContext",
          "SSEKMSKeyId",
          "ServerSideEncryption",
          "SourceBucket",
          "SourceKey",
          "SourceVersionId");

  private final TinyStore store = new TinyStore();
  private final S3Client plain = Clients.plain(store.endpoint());
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());

  @AfterEach
  void stop() {
    s3.close();
    plain.close();
    store.close();
  }

  private static List<String> names(List<SdkField<?>> fields) {
    return fields.stream().map(SdkField::memberName).toList();
  }

  @Test
  void everyFieldOfTheSdksModelHasItsPlace() {
    List<String> head = new ArrayList<>(KEPT);
    head.addAll(NOT_KEPT_BY_S3);
    assertThat(head)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            names(HeadObjectResponse.builder().build().sdkFields()));
    List<String> copy = new ArrayList<>(OURS);
    copy.addAll(CALLERS.keySet());
    assertThat(copy)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            names(CopyObjectRequest.builder().build().sdkFields()));
  }

  private void putSource(Map<String, String> headers) {
    s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString("text"));
    TinyStore.Stored source = store.object("b/k");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      source = source.with(header.getKey(), header.getValue());
    }
    store.objects.put("/b/k", source);
  }

  private Map<String, String> sent(S3Client client, CopyObjectRequest.Builder more) {
    client.copyObject(
        more.sourceBucket("b").sourceKey("k").destinationBucket("b").destinationKey("c").build());
    return store.requests.get(store.requests.size() - 1).headers();
  }

  @Test
  void withTheDirectiveCopyEveryKeptHeaderIsSetAgainAsItStood() {
    Map<String, String> kept = new HashMap<>();
    for (SdkField<?> field : HeadObjectResponse.builder().build().sdkFields()) {
      if (KEPT.contains(field.memberName()) && !field.memberName().equals("Metadata")) {
        kept.put(field.locationName(), "value of " + field.locationName() + ", as it stood");
      }
    }
    assertThat(kept).hasSize(6);
    putSource(kept);
    store.objects.computeIfPresent("/b/k", (k, v) -> v.with("x-amz-meta-Mine", "a, b; c=\"d\""));
    // S3 ignores these under the directive COPY
    CopyObjectRequest.Builder ignored =
        CopyObjectRequest.builder()
            .contentType("other/type")
            .cacheControl("other")
            .expires(Instant.EPOCH)
            .metadata(Map.of("other", "x"));
    for (CopyObjectRequest.Builder request :
        List.of(CopyObjectRequest.builder(), ignored, withoutSome(ignored))) {
      Map<String, String> headers = sent(s3, request);
      kept.forEach((name, value) -> assertThat(headers.get(name)).as(name).isEqualTo(value));
      assertThat(headers)
          .containsEntry("x-amz-meta-mine", "a, b; c=\"d\"")
          .containsEntry("x-amz-metadata-directive", "REPLACE")
          .doesNotContainKey("x-amz-meta-other");
    }
  }

  private static CopyObjectRequest.Builder withoutSome(CopyObjectRequest.Builder request) {
    return request.build().toBuilder().metadataDirective(MetadataDirective.COPY).expires(null);
  }

  @Test
  void whatTheCallerSetsLeavesAsThePlainClientSendsIt() {
    store.ignoresIfMatchOfCopies = true; // the value here is no ETag
    putSource(Map.of("Cache-Control", "the source's", "Content-Language", "the source's"));
    TreeSet<String> compared = new TreeSet<>();
    for (SdkField<?> field : CopyObjectRequest.builder().build().sdkFields()) {
      Object value = CALLERS.get(field.memberName());
      if (value != null) {
        String header = field.locationName();
        String expected = sent(plain, with(field, value)).get(header);
        assertThat(expected).as(header).isNotNull();
        assertThat(sent(s3, with(field, value)).get(header)).as(header).isEqualTo(expected);
        compared.add(field.memberName());
      }
    }
    assertThat(compared).containsExactlyInAnyOrderElementsOf(CALLERS.keySet());
  }

  private static CopyObjectRequest.Builder with(SdkField<?> field, Object value) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder().metadataDirective(MetadataDirective.REPLACE);
    field.set(request, value);
    return request;
  }
}
