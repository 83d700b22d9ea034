package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Copies read their source by requests of the interceptor's own, whose ranges may be ignored. */
class IgnoredRangesInCopiesTest {
  private static final String RANGE = "bytes=70000-79999";

  /** As a proxy that ignores ranges. */
  private static final class Rangeless implements SdkHttpClient {
    private final SdkHttpClient below = Clients.apache();

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return below.prepareRequest(
          HttpExecuteRequest.builder()
              .request(request.httpRequest().toBuilder().removeHeader("Range").build())
              .contentStreamProvider(request.contentStreamProvider().orElse(null))
              .build());
    }

    @Override
    public void close() {
      below.close();
    }
  }

  private final byte[] source = bytes(200_000);
  private final String bucket = MockStore.bucket();
  private final String leftAlone = MockStore.bucket();
  private final SdkHttpClient rangeless = new Rangeless();
  private final S3Client s3 =
      MockStore.with(
          TestKeys.interceptor().httpClient(rangeless).excludeBuckets(leftAlone).build());

  @AfterEach
  void stop() {
    s3.close();
    rangeless.close();
  }

  private CompletedPart copied(Multipart upload, String from) {
    String eTag =
        s3.uploadPartCopy(
                b ->
                    b.sourceBucket(from)
                        .sourceKey("s")
                        .destinationBucket(bucket)
                        .destinationKey("k")
                        .uploadId(upload.id)
                        .partNumber(1)
                        .copySourceRange(RANGE))
            .copyPartResult()
            .eTag();
    return CompletedPart.builder().partNumber(1).eTag(eTag).build();
  }

  @Test
  void aPartIsCutOutOfASealedSource() {
    s3.putObject(b -> b.bucket(bucket).key("s"), RequestBody.fromBytes(source));
    Multipart upload = Multipart.create(s3, bucket, "k");
    upload.complete(List.of(copied(upload, bucket)));
    assertThat(MockStore.stored(bucket, "k").asByteArray()).startsWith('C', 'L', 'V', 'G');
    try (S3Client reader = MockStore.with(MockStore.interceptor().build())) {
      assertThat(MockStore.get(reader, bucket, "k"))
          .isEqualTo(Arrays.copyOfRange(source, 70_000, 80_000));
    }
  }

  @Test
  void aPartOfASourceThatIsLeftAloneIsRefused() {
    MockStore.PLAIN.putObject(b -> b.bucket(leftAlone).key("s"), RequestBody.fromBytes(source));
    Multipart upload = Multipart.create(s3, bucket, "k");
    ClavigerS3Exception refused =
        catchThrowableOfType(ClavigerS3Exception.class, () -> copied(upload, leftAlone));
    assertThat(refused.failure()).isEqualTo(Failure.PROTOCOL);
  }

  @Test
  void theFirstBytesOfASourceInPartsAreRead() {
    try (S3Client writer = MockStore.with(MockStore.interceptor().build())) {
      Multipart upload = Multipart.create(writer, bucket, "s");
      upload.complete(upload.parts(bytes(LARGE), bytes(10)));
      s3.copyObject(
          b -> b.sourceBucket(bucket).sourceKey("s").destinationBucket(bucket).destinationKey("k"));
      assertThat(MockStore.get(writer, bucket, "k")).hasSize(LARGE + 10);
    }
  }
}
