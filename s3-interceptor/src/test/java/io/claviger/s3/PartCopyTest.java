package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.Multipart.join;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/** Parts copied from other objects: opened, sealed again, and answered as copies. */
class PartCopyTest {
  private static final byte[] SOURCE = bytes(LARGE + 70_000);

  private final String bucket = MockStore.bucket();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build());
  private final Multipart upload = Multipart.create(s3, bucket, "k");

  @BeforeEach
  void source() {
    s3.putObject(b -> b.bucket(bucket).key("source +ä"), RequestBody.fromBytes(SOURCE));
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private UploadPartCopyRequest request(int number, Consumer<UploadPartCopyRequest.Builder> more) {
    UploadPartCopyRequest.Builder copy =
        UploadPartCopyRequest.builder()
            .sourceBucket(bucket)
            .sourceKey("source +ä")
            .destinationBucket(bucket)
            .destinationKey("k")
            .uploadId(upload.id)
            .partNumber(number);
    more.accept(copy);
    return copy.build();
  }

  private CompletedPart copied(int number, Consumer<UploadPartCopyRequest.Builder> more) {
    return completed(number, s3.uploadPartCopy(request(number, more)).copyPartResult());
  }

  private static CompletedPart completed(int number, CopyPartResult result) {
    assertThat(result.lastModified()).as("%s", result).isNotNull();
    return CompletedPart.builder().partNumber(number).eTag(result.eTag()).build();
  }

  private void assertObject(byte[] plain) {
    assertThat(MockStore.get(s3, bucket, "k")).isEqualTo(plain);
    assertThat(MockStore.stored(bucket, "k").asByteArray()).startsWith('C', 'L', 'V', 'G');
  }

  @Test
  void wholeObjectsAndStretchesBecomeParts() {
    upload.complete(
        List.of(
            copied(1, b -> {}),
            copied(2, b -> b.copySourceRange("bytes=3-" + (LARGE + 2))),
            copied(3, b -> b.copySourceRange("bytes=65535-65537"))));
    assertObject(
        join(
            SOURCE,
            Arrays.copyOfRange(SOURCE, 3, LARGE + 3),
            Arrays.copyOfRange(SOURCE, 65_535, 65_538)));
  }

  @Test
  void aMultipartObjectIsASourceToo() {
    Multipart first = Multipart.create(s3, bucket, "multi");
    first.complete(first.parts(SOURCE, bytes(100)));
    String range = "bytes=60000-" + (SOURCE.length + 9);
    upload.complete(List.of(copied(1, b -> b.sourceKey("multi").copySourceRange(range))));
    byte[] whole = join(SOURCE, bytes(100));
    assertObject(Arrays.copyOfRange(whole, 60_000, SOURCE.length + 10));
  }

  @Test
  void theAsynchronousClientCopiesToo() {
    try (S3AsyncClient async =
        S3AsyncClient.builder()
            .endpointOverride(MockStore.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .overrideConfiguration(c -> c.addExecutionInterceptor(MockStore.interceptor().build()))
            .build()) {
      CompletedPart part =
          completed(1, async.uploadPartCopy(request(1, b -> {})).join().copyPartResult());
      upload.complete(List.of(part));
    }
    assertObject(SOURCE);
  }

  @Test
  void aGivenClientForOurRequestsReadsWithTheInterceptor() {
    try (S3Client given = Clients.plain(MockStore.endpoint());
        S3Client client = MockStore.with(MockStore.interceptor().subRequestClient(given).build())) {
      var answer = client.uploadPartCopy(request(1, b -> {}));
      upload.complete(List.of(completed(1, answer.copyPartResult())));
    }
    assertObject(SOURCE);
  }

  @Test
  void aBucketThatIsLeftAloneIsReadAsItIs() {
    String other = MockStore.bucket();
    MockStore.PLAIN.putObject(b -> b.bucket(other).key("p"), RequestBody.fromString("plain"));
    try (S3Client some = MockStore.with(MockStore.interceptor().excludeBuckets(other).build())) {
      var in = request(1, b -> b.sourceBucket(other).sourceKey("p"));
      upload.complete(List.of(completed(1, some.uploadPartCopy(in).copyPartResult())));
      assertObject("plain".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      ClavigerS3Exception out =
          catchThrowableOfType(
              ClavigerS3Exception.class,
              () -> some.uploadPartCopy(request(1, b -> b.destinationBucket(other))));
      assertThat(out).hasMessageContaining("leaves alone");
    }
  }

  @Test
  void aSourceThatIsNotSealedIsRefused() {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("p"), RequestBody.fromString("plain"));
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> copied(1, b -> b.sourceKey("p")));
    assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_SEALED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5-", "bytes=-5", "bytes=9-3", "0-1", "bytes=0-99999999"})
  void aRangeThatTheSourceDoesNotHaveIsAnsweredAsS3Does(String range) {
    S3Exception e =
        catchThrowableOfType(S3Exception.class, () -> copied(1, b -> b.copySourceRange(range)));
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidArgument");
  }

  @Test
  void conditionsOfTheSourceHold() {
    S3Exception e =
        catchThrowableOfType(
            S3Exception.class, () -> copied(1, b -> b.copySourceIfMatch("\"other\"")));
    assertThat(e.statusCode()).isEqualTo(412);
    String eTag = MockStore.PLAIN.headObject(b -> b.bucket(bucket).key("source +ä")).eTag();
    upload.complete(List.of(copied(1, b -> b.copySourceIfMatch(eTag))));
    assertObject(SOURCE);
  }

  @Test
  void theUploadsChecksumIsSentAndTold() {
    Multipart summed =
        Multipart.create(s3, bucket, "k", b -> b.checksumAlgorithm(ChecksumAlgorithm.SHA256));
    CopyPartResult result =
        s3.uploadPartCopy(request(1, b -> b.uploadId(summed.id))).copyPartResult();
    assertThat(result.checksumSHA256()).isNotNull();
    CompletedPart part =
        CompletedPart.builder()
            .partNumber(1)
            .eTag(result.eTag())
            .checksumSHA256(result.checksumSHA256())
            .build();
    summed.complete(List.of(part));
    assertObject(SOURCE);
  }

  @Test
  void theStoresOwnIdIsRefused() {
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> copied(1, b -> b.uploadId(upload.storeId())));
    assertThat(e).hasMessageContaining("the store's own");
  }
}
