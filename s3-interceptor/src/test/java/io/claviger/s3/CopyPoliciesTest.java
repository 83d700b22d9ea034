package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/** Copies of what is not sealed, not ours, or bound to other names. */
class CopyPoliciesTest {
  private static final byte[] PLAIN = PutAndGetTest.bytes(150_000);

  private final String from = MockStore.bucket();
  private final String to = MockStore.bucket();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build());

  private CopyObjectResponse copy(S3Client client, Consumer<CopyObjectRequest.Builder> more) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket(from)
            .sourceKey("k")
            .destinationBucket(to)
            .destinationKey("new/k +ü");
    more.accept(request);
    return client.copyObject(request.build());
  }

  private HeadObjectResponse head(S3Client client, String bucket, String key) {
    return client.headObject(b -> b.bucket(bucket).key(key));
  }

  @Test
  void aPlaintextSourceIsRefusedOrSealed() {
    MockStore.PLAIN.putObject(
        b ->
            b.bucket(from)
                .key("k")
                .contentType("a/b")
                .metadata(Map.of("mine", "one"))
                .tagging("a=b"),
        RequestBody.fromBytes(PLAIN));
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> copy(s3, b -> {}));
    assertThat(e.failure()).isEqualTo(Failure.NOT_SEALED);
    assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(to)).contents()).isEmpty();

    S3Client allowing =
        MockStore.with(MockStore.interceptor().plaintextObjects(PlaintextObjects.ALLOW).build());
    CopyObjectResponse answer = copy(allowing, b -> {});
    assertThat(answer.copyObjectResult().eTag())
        .isEqualTo(head(MockStore.PLAIN, to, "new/k +ü").eTag());
    assertThat(answer.copyObjectResult().lastModified()).isNotNull();
    assertThat(MockStore.stored(to, "new/k +ü").asByteArray()).startsWith('C', 'L', 'V', 'G');
    assertThat(MockStore.get(s3, to, "new/k +ü")).isEqualTo(PLAIN);
    HeadObjectResponse copied = head(s3, to, "new/k +ü");
    assertThat(copied.metadata()).isEqualTo(Map.of("mine", "one"));
    assertThat(copied.contentType()).isEqualTo("a/b");
    assertThat(s3.getObjectTagging(b -> b.bucket(to).key("new/k +ü")).tagSet()).hasSize(1);
    copy(allowing, b -> b.taggingDirective(TaggingDirective.REPLACE).tagging("x=y&z=1&q=2"));
    assertThat(s3.getObjectTagging(b -> b.bucket(to).key("new/k +ü")).tagSet()).hasSize(3);
  }

  @Test
  void anExcludedBucketIsAPlaintextSourceAndNoPlaceForSealedBytes() {
    S3Client client = MockStore.with(MockStore.interceptor().excludeBuckets(from).build());
    client.putObject(b -> b.bucket(from).key("k"), RequestBody.fromBytes(PLAIN));
    assertThat(MockStore.stored(from, "k").asByteArray()).isEqualTo(PLAIN);
    copy(client, b -> {});
    assertThat(MockStore.stored(to, "new/k +ü").asByteArray()).startsWith('C', 'L', 'V', 'G');
    assertThat(MockStore.get(client, to, "new/k +ü")).isEqualTo(PLAIN);
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () ->
                client.copyObject(
                    b ->
                        b.sourceBucket(to)
                            .sourceKey("new/k +ü")
                            .destinationBucket(from)
                            .destinationKey("back")));
    assertThat(e).hasMessageContaining("left alone").hasMessageContaining("include the bucket");
    assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(from)).contents()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537})
  void everySizeIsCopied(int size) {
    byte[] plain = PutAndGetTest.bytes(size);
    s3.putObject(b -> b.bucket(from).key("k"), RequestBody.fromBytes(plain));
    copy(s3, b -> {});
    assertThat(MockStore.get(s3, to, "new/k +ü")).isEqualTo(plain);
    assertThat(head(s3, to, "new/k +ü").contentLength()).isEqualTo(size);
  }

  @Test
  void namesAsThePolicyBindsThem() {
    S3Client byBucket = MockStore.with(MockStore.interceptor().names(NameBinding.BUCKET).build());
    byBucket.putObject(b -> b.bucket(from).key("k"), RequestBody.fromBytes(PLAIN));
    copy(byBucket, b -> {});
    assertThat(MockStore.get(byBucket, to, "new/k +ü")).isEqualTo(PLAIN);
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> copy(s3, b -> {}));
    assertThat(e).hasMessageContaining("names=bucket").hasMessageContaining("names=object");
  }

  @Test
  void aDamagedEnvelopeIsNotCopied() {
    s3.putObject(b -> b.bucket(from).key("k"), RequestBody.fromBytes(PLAIN));
    MockStore.PLAIN.copyObject(
        b -> b.sourceBucket(from).sourceKey("k").destinationBucket(from).destinationKey("moved"));
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> copy(s3, b -> b.sourceKey("moved")));
    assertThat(e)
        .hasMessageContaining("s3://" + from + "/moved")
        .hasMessageContaining("s3://" + from + "/k");
    S3Client accepting = MockStore.with(MockStore.interceptor().acceptMoved(true).build());
    copy(accepting, b -> b.sourceKey("moved"));
    assertThat(MockStore.get(s3, to, "new/k +ü")).isEqualTo(PLAIN);
  }
}
