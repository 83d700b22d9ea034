package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Wrong checksums of the caller: S3's own errors, and nothing is stored. */
class CallersDigestTest {
  private static final String OTHER_MD5 = "AAAAAAAAAAAAAAAAAAAAAA==";

  private final String bucket = MockStore.bucket();
  private final ClavigerInterceptor interceptor = MockStore.interceptor().build();

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("BadDigest", request(b -> b.contentMD5(OTHER_MD5))),
        Arguments.of("BadDigest", request(b -> b.checksumSHA1("AAAAAAAAAAAAAAAAAAAAAAAAAAA="))),
        Arguments.of("InvalidDigest", request(b -> b.contentMD5("no MD5"))),
        Arguments.of("InvalidRequest", request(b -> b.checksumSHA1(OTHER_MD5))));
  }

  private static Consumer<PutObjectRequest.Builder> request(
      Consumer<PutObjectRequest.Builder> request) {
    return request;
  }

  private static String error(Runnable call) {
    Throwable e = catchThrowable(call::run);
    Throwable cause = e instanceof CompletionException ? e.getCause() : e;
    assertThat(cause).isInstanceOf(S3Exception.class);
    S3Exception s3 = (S3Exception) cause;
    return s3.statusCode() + " " + s3.awsErrorDetails().errorCode();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void aPutFailsWithTheErrorOfS3(String code, Consumer<PutObjectRequest.Builder> wrong) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(bucket).key("k");
    wrong.accept(request);
    try (S3Client s3 = MockStore.with(interceptor);
        S3AsyncClient async = Clients.async(MockStore.endpoint(), interceptor)) {
      assertThat(error(() -> s3.putObject(request.build(), RequestBody.fromString("text"))))
          .isEqualTo("400 " + code);
      AsyncRequestBody body = AsyncRequestBody.fromString("text");
      assertThat(error(() -> async.putObject(request.build(), body).join()))
          .isEqualTo("400 " + code);
    }
    assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
  }

  @Test
  void soDoesAPart() {
    try (S3Client s3 = MockStore.with(interceptor)) {
      String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("p")).uploadId();
      UploadPartRequest part =
          UploadPartRequest.builder()
              .bucket(bucket)
              .key("p")
              .uploadId(id)
              .partNumber(1)
              .contentMD5(OTHER_MD5)
              .build();
      assertThat(error(() -> s3.uploadPart(part, RequestBody.fromString("text"))))
          .isEqualTo("400 BadDigest");
      assertThat(s3.listParts(b -> b.bucket(bucket).key("p").uploadId(id)).parts()).isEmpty();
    }
  }
}
