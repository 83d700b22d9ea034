package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Attempts that fail, sources that change, checksums that differ. */
class PutFailuresTest {
  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());
  private final byte[] plain = PutAndGetTest.bytes(3_000_000);

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private byte[] get() {
    return s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray();
  }

  private ClavigerS3Exception refused(PutObjectRequest request, RequestBody body) {
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> s3.putObject(request, body));
    assertThat(e).isNotNull();
    assertThat(store.objects).as("nothing was stored").isEmpty();
    return e;
  }

  private S3Exception badDigest(PutObjectRequest request, RequestBody body) {
    S3Exception e = catchThrowableOfType(S3Exception.class, () -> s3.putObject(request, body));
    assertThat(e.statusCode()).isEqualTo(400);
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("BadDigest");
    assertThat(store.objects).as("nothing was stored").isEmpty();
    return e;
  }

  private static PutObjectRequest.Builder request() {
    return PutObjectRequest.builder().bucket("b").key("k");
  }

  @Test
  void a503IsRepeated() {
    store.unavailable.set(2);
    s3.putObject(request().build(), RequestBody.fromBytes(plain));
    assertThat(store.count("PUT")).isEqualTo(3);
    assertThat(get()).isEqualTo(plain);
  }

  @Test
  void aConnectionCutInTheMiddleIsRepeated() {
    store.cutPuts.set(1);
    s3.putObject(request().build(), RequestBody.fromBytes(plain));
    assertThat(store.count("PUT")).isEqualTo(2);
    assertThat(get()).isEqualTo(plain);
  }

  @Test
  void aSourceThatCannotBeReadAgainFailsWithTheSdksOwnError() {
    store.unavailable.set(1);
    InputStream once =
        new InputStream() {
          private final InputStream in = new ByteArrayInputStream(plain);

          @Override
          public int read() throws java.io.IOException {
            return in.read();
          }

          @Override
          public int read(byte[] target, int offset, int length) throws java.io.IOException {
            return in.read(target, offset, length);
          }
        };
    Throwable e =
        catchThrowable(
            () -> s3.putObject(request().build(), RequestBody.fromInputStream(once, plain.length)));
    assertThat(e).isInstanceOf(RuntimeException.class).isNotInstanceOf(ClavigerS3Exception.class);
    assertThat(e).hasMessageContaining("was already read once");
    assertThat(store.count("PUT")).as("the first attempt reached the store").isEqualTo(1);
    assertThat(store.objects).isEmpty();
  }

  @Test
  void aSourceThatChangedBetweenAttemptsFailsWithOurs() {
    store.unavailable.set(1);
    AtomicInteger openings = new AtomicInteger();
    ContentStreamProvider changing =
        () -> {
          byte[] bytes = plain.clone();
          bytes[100_000] += (byte) openings.getAndIncrement();
          return new ByteArrayInputStream(bytes);
        };
    ClavigerS3Exception e =
        refused(request().build(), RequestBody.fromContentProvider(changing, plain.length, "a/b"));
    assertThat(e.formatFailure()).contains(FormatException.Failure.SOURCE_CHANGED);
    assertThat(e.failure()).isEqualTo(Failure.SOURCE);
  }

  @Test
  void aSourceShorterThanAnnouncedIsRefused() {
    ContentStreamProvider source = () -> new ByteArrayInputStream(plain);
    ClavigerS3Exception e =
        refused(request().build(), RequestBody.fromContentProvider(source, 3_000_001, "a/b"));
    assertThat(e.formatFailure()).contains(FormatException.Failure.SOURCE_LENGTH);
  }

  @Test
  void anUnknownLengthIsRefusedWithAdvice() {
    ContentStreamProvider source = () -> new ByteArrayInputStream(plain);
    RequestBody body = RequestBody.fromContentProvider(source, "a/b");
    assertThat(refused(request().build(), body)).hasMessageContaining("contentLength");
    s3.putObject(request().contentLength((long) plain.length).build(), body);
    assertThat(get()).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CRC32", "CRC32C", "SHA1", "SHA256"})
  void theCallersChecksumIsCheckedAndTheStoreGetsOneOfTheStoredBytes(String algorithm) {
    PutObjectRequest right = withChecksum(algorithm, checksum(algorithm, plain));
    var answer = s3.putObject(right, RequestBody.fromBytes(plain));
    assertThat(answer.checksumCRC32()).isNull();
    assertThat(get()).isEqualTo(plain);
    String header = "x-amz-checksum-" + algorithm.toLowerCase(java.util.Locale.ROOT);
    Map<String, String> sent = store.requests.get(0).headers();
    String trailer = sent.getOrDefault("x-amz-trailer", "");
    String ofStored = checksum(algorithm, store.object("b/k").bytes());
    assertThat(trailer.equals(header) || ofStored.equals(sent.get(header)))
        .as("sent %s", sent)
        .isTrue();
    store.objects.clear();
    PutObjectRequest wrong = withChecksum(algorithm, checksum(algorithm, new byte[1]));
    assertThat(badDigest(wrong, RequestBody.fromBytes(plain))).hasMessageContaining(header);
  }

  @Test
  void aChecksumThatCannotBeComputedIsRefusedByName() {
    PutObjectRequest request = request().checksumCRC64NVME("AAAAAAAAAAA=").build();
    ClavigerS3Exception e = refused(request, RequestBody.fromBytes(plain));
    assertThat(e.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(e).hasMessageContaining("x-amz-checksum-crc64nvme");
  }

  private static String checksum(String algorithm, byte[] bytes) {
    SdkChecksum checksum = SdkChecksum.forAlgorithm(DefaultChecksumAlgorithm.fromValue(algorithm));
    checksum.update(bytes);
    return Base64.getEncoder().encodeToString(checksum.getChecksumBytes());
  }

  private static PutObjectRequest withChecksum(String algorithm, String base64) {
    PutObjectRequest.Builder request = request();
    switch (algorithm) {
      case "CRC32" -> request.checksumCRC32(base64);
      case "CRC32C" -> request.checksumCRC32C(base64);
      case "SHA1" -> request.checksumSHA1(base64);
      default -> request.checksumSHA256(base64);
    }
    return request.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65536, 100_000})
  void contentMd5IsCheckedHereAndNotSentOn(int length) throws Exception {
    byte[] bytes = PutAndGetTest.bytes(length);
    String md5 = md5(bytes);
    s3.putObject(request().contentMD5(md5).build(), RequestBody.fromBytes(bytes));
    assertThat(get()).isEqualTo(bytes);
    assertThat(store.requests.get(0).headers()).doesNotContainKey("Content-MD5");
    store.objects.clear();
    String other = md5("other".getBytes(StandardCharsets.UTF_8));
    assertThat(badDigest(request().contentMD5(other).build(), RequestBody.fromBytes(bytes)))
        .hasMessageContaining("Content-MD5");
  }

  private static String md5(byte[] bytes) throws Exception {
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
  }

  @Test
  void theSdkStillSumsWhatItSends() {
    s3.putObject(request().build(), RequestBody.fromBytes(plain));
    Map<String, String> sent = store.requests.get(0).headers();
    assertThat(sent.containsKey("x-amz-trailer") || sent.containsKey("x-amz-checksum-crc32"))
        .as("sent %s", sent)
        .isTrue();
  }

  @Test
  void anErrorOfTheStoreStaysItsOwn() {
    store.unavailable.set(100);
    Throwable e =
        catchThrowable(() -> s3.putObject(request().build(), RequestBody.fromBytes(plain)));
    assertThat(e)
        .isInstanceOf(software.amazon.awssdk.services.s3.model.S3Exception.class)
        .isNotInstanceOf(SdkClientException.class);
    assertThat(store.objects).isEmpty();
  }
}
