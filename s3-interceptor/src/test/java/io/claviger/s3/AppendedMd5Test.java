package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.Reads.Kind;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * S3 puts an MD5 behind the body of a GET where the request asks for it, as the SDK's do: of sealed
 * bytes it is of no use, and 16 bytes more than were sealed.
 */
class AppendedMd5Test {
  private static final SdkHttpClient CONNECTIONS = Clients.apache();
  private static final int PART = 100_000;

  private final TinyStore store = new TinyStore();
  private final ClavigerInterceptor interceptor =
      TestKeys.interceptor().httpClient(CONNECTIONS).build();
  private final S3Client s3 =
      Clients.with(store.endpoint(), b -> b.httpClient(CONNECTIONS), interceptor);

  @BeforeEach
  void append() {
    store.appendsMd5 = true;
  }

  @AfterEach
  void close() {
    s3.close();
    store.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private void put(int length) {
    s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromBytes(bytes(length)));
  }

  private ResponseBytes<GetObjectResponse> get(Kind kind, GetObjectRequest request) {
    try (Reads reads = kind.over(store.endpoint(), CONNECTIONS, interceptor)) {
      return reads.get(request);
    }
  }

  @Test
  void aPlainClientAsksForItAndChecksIt() {
    try (S3Client plain = Clients.plain(store.endpoint())) {
      plain.putObject(b -> b.bucket("b").key("k"), RequestBody.fromBytes(bytes(1000)));
      assertThat(plain.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
          .isEqualTo(bytes(1000));
    }
    assertThat(store.requests).anyMatch(r -> r.headers().containsKey("x-amz-te"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537})
  void wholeObjectsAreRead(int length) {
    put(length);
    for (Kind kind : Kind.values()) {
      ResponseBytes<GetObjectResponse> got =
          get(kind, GetObjectRequest.builder().bucket("b").key("k").build());
      assertThat(got.asByteArray()).isEqualTo(bytes(length));
      assertThat(got.response().contentLength()).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void rangesAreRead(Kind kind) {
    put(200_000);
    ResponseBytes<GetObjectResponse> got = get(kind, Reads.range("k", "bytes=65530-131080"));
    assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(bytes(200_000), 65_530, 131_081));
    assertThat(got.response().contentRange()).isEqualTo("bytes 65530-131080/200000");
    assertThat(got.response().contentLength()).isEqualTo(65_551);
  }

  @Test
  void copiesAndPartsOfOtherObjectsAreRead() {
    put(PART);
    String id = s3.createMultipartUpload(b -> b.bucket("b").key("joined")).uploadId();
    String eTag =
        s3.uploadPartCopy(
                b ->
                    b.sourceBucket("b")
                        .sourceKey("k")
                        .destinationBucket("b")
                        .destinationKey("joined")
                        .uploadId(id)
                        .partNumber(1))
            .copyPartResult()
            .eTag();
    CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
    s3.completeMultipartUpload(
        b -> b.bucket("b").key("joined").uploadId(id).multipartUpload(m -> m.parts(part)));
    GetObjectRequest whole = GetObjectRequest.builder().bucket("b").key("joined").build();
    for (Kind kind : Kind.values()) {
      assertThat(get(kind, whole).asByteArray()).isEqualTo(bytes(PART));
      assertThat(get(kind, Reads.range("joined", "bytes=70000-70009")).asByteArray())
          .isEqualTo(Arrays.copyOfRange(bytes(PART), 70_000, 70_010));
    }
  }
}
