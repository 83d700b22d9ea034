package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What {@code docs/servers.md} says of S3Mock beside real servers, by a plain client: when one of
 * these fails, S3Mock has become better, and what the other tests go around can go.
 */
class MockDifferencesTest {
  private static final RequestBody BODY = RequestBody.fromString("body");

  private final String bucket = MockStore.bucket();

  @Test
  void failsOnARangeOfAnEmptyObject() {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("k"), RequestBody.empty());
    assertThatThrownBy(
            () ->
                MockStore.PLAIN.getObjectAsBytes(b -> b.bucket(bucket).key("k").range("bytes=-5")))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.statusCode()).isGreaterThanOrEqualTo(400));
  }

  @Test
  void keepsTheContentTypeOfTheSourceInACopyThatReplacesIt() {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("k").contentType("text/old"), BODY);
    MockStore.PLAIN.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey("k")
                .destinationBucket(bucket)
                .destinationKey("to")
                .metadataDirective(MetadataDirective.REPLACE)
                .contentType("text/new"));
    assertThat(MockStore.stored(bucket, "to").response().contentType()).isEqualTo("text/old");
  }

  @Test
  void deletesTheObjectWhenAnUploadOfItsNameIsAborted() {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("k"), BODY);
    String id = MockStore.PLAIN.createMultipartUpload(b -> b.bucket(bucket).key("k")).uploadId();
    MockStore.PLAIN.abortMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id));
    assertThatThrownBy(() -> MockStore.stored(bucket, "k")).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void checksNoSignature() {
    MockStore.PLAIN.putObject(
        b ->
            b.bucket(bucket)
                .key("unsigned")
                .overrideConfiguration(
                    o -> o.credentialsProvider(AnonymousCredentialsProvider.create())),
        BODY);
    assertThat(MockStore.stored(bucket, "unsigned").asUtf8String()).isEqualTo("body");
  }
}
