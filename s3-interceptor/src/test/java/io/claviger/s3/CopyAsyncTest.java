package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/** Copies by asynchronous clients. */
class CopyAsyncTest {
  private static final byte[] PLAIN = PutAndGetTest.bytes(150_000);

  private final String from = MockStore.bucket();
  private final String to = MockStore.bucket();
  private S3AsyncClient s3 = client(PlaintextObjects.REJECT);

  private static S3AsyncClient client(PlaintextObjects policy) {
    ClavigerInterceptor ours = MockStore.interceptor().plaintextObjects(policy).build();
    return S3AsyncClient.builder()
        .endpointOverride(MockStore.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .overrideConfiguration(c -> c.addExecutionInterceptor(ours))
        .build();
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private void use(S3AsyncClient other) {
    s3.close();
    s3 = other;
  }

  private CopyObjectResponse copy() {
    return s3.copyObject(
            b ->
                b.sourceBucket(from)
                    .sourceKey("k")
                    .destinationBucket(to)
                    .destinationKey("new/k +ü"))
        .join();
  }

  @Test
  void aSealedSource() {
    MockStore.with(MockStore.interceptor().build())
        .putObject(
            b -> b.bucket(from).key("k").metadata(Map.of("mine", "one")),
            RequestBody.fromBytes(PLAIN));
    assertThat(copy().copyObjectResult().eTag())
        .isEqualTo(MockStore.stored(to, "new/k +ü").response().eTag());
    assertOpens();
  }

  private void assertOpens() {
    var ours = MockStore.with(MockStore.interceptor().build());
    assertThat(MockStore.get(ours, to, "new/k +ü")).isEqualTo(PLAIN);
    assertThat(MockStore.stored(to, "new/k +ü").asByteArray()).startsWith('C', 'L', 'V', 'G');
    assertThat(MockStore.stored(to, "new/k +ü").response().metadata()).containsEntry("mine", "one");
  }

  private void putPlaintext() {
    MockStore.PLAIN.putObject(
        b -> b.bucket(from).key("k").metadata(Map.of("mine", "one")), RequestBody.fromBytes(PLAIN));
  }

  @Test
  void aPlaintextSourceIsRefusedOrSealed() {
    putPlaintext();
    assertThat(catchThrowable(this::copy)).hasRootCauseInstanceOf(ClavigerS3Exception.class);
    assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(to)).contents()).isEmpty();
    use(client(PlaintextObjects.ALLOW));
    assertThat(copy().copyObjectResult().eTag())
        .isEqualTo(MockStore.stored(to, "new/k +ü").response().eTag());
    assertOpens();
  }
}
