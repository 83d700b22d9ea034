package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.S3EncryptionClient;

/**
 * Side by side with the Amazon S3 Encryption Client: an object that somebody moved under another
 * name opens there as if it were the one asked for, and is refused here.
 */
class MovedObjectTest {
  private final String bucket = MockStore.bucket();

  private void move(String from, String to) {
    MockStore.PLAIN.copyObject(
        b -> b.sourceBucket(bucket).sourceKey(from).destinationBucket(bucket).destinationKey(to));
  }

  @Test
  void theS3EncryptionClientOpensAMovedObject() {
    try (S3AsyncClient async =
            S3AsyncClient.builder()
                .endpointOverride(MockStore.endpoint())
                .region(software.amazon.awssdk.regions.Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                    software.amazon.awssdk.auth.credentials.StaticCredentialsProvider.create(
                        software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create(
                            "test", "test")))
                .build();
        S3Client theirs =
            S3EncryptionClient.builderV4()
                .aesKey(new SecretKeySpec(new byte[32], "AES"))
                .wrappedClient(MockStore.PLAIN)
                .wrappedAsyncClient(async)
                .build()) {
      theirs.putObject(
          b -> b.bucket(bucket).key("salary of A"), RequestBody.fromString("one thousand"));
      move("salary of A", "salary of B");
      assertThat(theirs.getObjectAsBytes(b -> b.bucket(bucket).key("salary of B")).asUtf8String())
          .isEqualTo("one thousand");
    }
  }

  @Test
  void hereItIsRefusedWithBothNames() {
    S3Client ours = MockStore.with(MockStore.interceptor().build());
    ours.putObject(
        b -> b.bucket(bucket).key("salary of A"), RequestBody.fromString("one thousand"));
    move("salary of A", "salary of B");
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> MockStore.get(ours, bucket, "salary of B"));
    assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_AUTHENTIC);
    assertThat(e).hasMessageContaining("salary of A").hasMessageContaining("salary of B");
    S3Client accepting = MockStore.with(MockStore.interceptor().acceptMoved(true).build());
    assertThat(MockStore.get(accepting, bucket, "salary of B"))
        .asString()
        .isEqualTo("one thousand");
  }
}
