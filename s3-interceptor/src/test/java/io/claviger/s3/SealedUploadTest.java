package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

class SealedUploadTest {
  private static final Set<String> SET_BY_THE_HTTP_CLIENT = Set.of("host", "content-length");

  private final String bucket = MockStore.bucket();
  private final ClavigerInterceptor interceptor = MockStore.interceptor().build();

  private PresignedPutObjectRequest presign(PutObjectRequest request) {
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(MockStore.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      return presigner.presignPutObject(
          b -> b.signatureDuration(Duration.ofMinutes(5)).putObjectRequest(request));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 65_537})
  void aPresignedUploadOpensAsAnyOther(int size) throws IOException, InterruptedException {
    byte[] plain = PutAndGetTest.bytes(size);
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key("up/load")
            .metadata(Map.of("mine", "one"))
            .build();
    SealedUpload upload =
        SealedUpload.of(interceptor, request, () -> new ByteArrayInputStream(plain), size);
    assertThat(upload.open().readAllBytes())
        .hasSize((int) upload.storedBytes())
        .isEqualTo(upload.open().readAllBytes());
    PresignedPutObjectRequest url = presign(upload.request());
    HttpRequest.Builder http =
        HttpRequest.newBuilder(java.net.URI.create(url.url().toString()))
            .PUT(HttpRequest.BodyPublishers.ofByteArray(upload.open().readAllBytes()));
    url.signedHeaders()
        .forEach(
            (name, values) -> {
              if (!SET_BY_THE_HTTP_CLIENT.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                http.header(name, values.get(0));
              }
            });
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(http.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    S3Client s3 = MockStore.with(interceptor);
    assertThat(MockStore.get(s3, bucket, "up/load")).isEqualTo(plain);
    assertThat(s3.headObject(b -> b.bucket(bucket).key("up/load")).metadata())
        .isEqualTo(Map.of("mine", "one"));
  }

  @Test
  void encryptionParametersAndOurNamesAreRefused() {
    for (PutObjectRequest wrong :
        new PutObjectRequest[] {
          PutObjectRequest.builder().bucket(bucket).key("k").serverSideEncryption("AES256").build(),
          PutObjectRequest.builder()
              .bucket(bucket)
              .key("k")
              .metadata(Map.of("claviger-x", "1"))
              .build()
        }) {
      assertThat(
              catchThrowableOfType(
                  ClavigerS3Exception.class,
                  () ->
                      SealedUpload.of(
                          interceptor, wrong, () -> new ByteArrayInputStream(new byte[1]), 1)))
          .isNotNull();
    }
  }
}
