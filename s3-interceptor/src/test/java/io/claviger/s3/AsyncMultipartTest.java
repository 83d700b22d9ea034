package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.Multipart.join;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** The same uploads by asynchronous clients. */
class AsyncMultipartTest {
  private final String bucket = MockStore.bucket();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build());

  @AfterEach
  void stop() {
    s3.close();
  }

  private static S3AsyncClient client(boolean multipart) {
    return S3AsyncClient.builder()
        .endpointOverride(MockStore.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .multipartEnabled(multipart)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .overrideConfiguration(c -> c.addExecutionInterceptor(MockStore.interceptor().build()))
        .build();
  }

  private void assertObject(byte[] plain) {
    assertThat(MockStore.get(s3, bucket, "k")).isEqualTo(plain);
    assertThat(MockStore.stored(bucket, "k").response().metadata())
        .containsEntry("claviger", "1;multi;names=object");
  }

  @Test
  void partsAtOnce() {
    byte[][] plain = {bytes(LARGE), bytes(LARGE + 1), bytes(LARGE + 2)};
    try (S3AsyncClient async = client(false)) {
      String id = async.createMultipartUpload(b -> b.bucket(bucket).key("k")).join().uploadId();
      List<CompletableFuture<UploadPartResponse>> sent = new ArrayList<>();
      for (int number = 1; number <= plain.length; number++) {
        int part = number;
        sent.add(
            async.uploadPart(
                b -> b.bucket(bucket).key("k").uploadId(id).partNumber(part),
                AsyncRequestBody.fromBytes(plain[part - 1])));
      }
      List<CompletedPart> parts = new ArrayList<>();
      for (CompletableFuture<UploadPartResponse> part : sent) {
        String eTag = part.join().eTag();
        parts.add(CompletedPart.builder().partNumber(parts.size() + 1).eTag(eTag).build());
      }
      async
          .completeMultipartUpload(
              b -> b.bucket(bucket).key("k").uploadId(id).multipartUpload(m -> m.parts(parts)))
          .join();
    }
    assertObject(join(plain));
  }

  @ParameterizedTest
  @ValueSource(ints = {(16 << 20) + 1, 24 << 20})
  void theMultipartEnabledClientCutsByItself(int size) {
    byte[] plain = bytes(size);
    try (S3AsyncClient async = client(true)) {
      async.putObject(b -> b.bucket(bucket).key("k"), AsyncRequestBody.fromBytes(plain)).join();
    }
    assertObject(plain);
  }
}
