package io.claviger.s3;

import static io.claviger.s3.AsyncPutAndGetTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects of several parts, read by an asynchronous client. */
class AsyncPartsTest {
  private static final int[] SIZES = {200_000, 65_536, 131_073, 5};

  private final PartStore store = new PartStore();
  private final ClavigerInterceptor interceptor =
      TestKeys.interceptor().httpClient(Clients.apache()).build();
  private final S3AsyncClient s3 = Clients.async(store.endpoint(), interceptor);
  private byte[] plain;

  @BeforeEach
  void store() {
    plain = put(1);
  }

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private byte[] put(int seed) {
    byte[] bytes = new byte[Arrays.stream(SIZES).sum()];
    new Random(seed).nextBytes(bytes);
    SealedParts parts = SealedParts.of("b", "k", bytes, SIZES);
    store.put("b/k", Stored.ofParts(parts.parts(), parts.metadata(), "etag" + seed));
    return bytes;
  }

  private static ResponseBytes<GetObjectResponse> get(S3AsyncClient client, String range) {
    return client
        .getObject(b -> b.bucket("b").key("k").range(range), AsyncResponseTransformer.toBytes())
        .join();
  }

  private long count(String method) {
    return store.requests.stream().filter(r -> r.method().equals(method)).count();
  }

  @Test
  void theWholeIsSentForAgainOnceItsLayoutIsKnown() {
    ResponseBytes<GetObjectResponse> first = get(s3, null);
    assertThat(first.asByteArray()).isEqualTo(plain);
    assertThat(first.response().contentLength()).isEqualTo(plain.length);
    assertThat(wholeGets()).as("an answer without its layout, and another").isEqualTo(2);
    store.reset();
    assertThat(get(s3, null).asByteArray()).isEqualTo(plain);
    assertThat(store.requests).as("known: one request").hasSize(1);
  }

  private long wholeGets() {
    return store.requests.stream()
        .filter(r -> r.method().equals("GET") && !r.headers().containsKey("Range"))
        .count();
  }

  @Test
  void aClientWithoutRetriesAsksAhead() {
    S3AsyncClient once =
        Clients.async(
            store.endpoint(),
            b ->
                b.overrideConfiguration(
                    c ->
                        c.addExecutionInterceptor(interceptor)
                            .retryStrategy(DefaultRetryStrategy.doNotRetry())));
    assertThat(get(once, null).asByteArray()).isEqualTo(plain);
    assertThat(wholeGets()).isEqualTo(1);
    once.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-0",
        "bytes=199999-200000",
        "bytes=100-396600",
        "bytes=265535-265536",
        "bytes=396613-",
        "bytes=-5",
        "bytes=-6",
        "bytes=-999999",
        "bytes=396609-999999"
      })
  void rangesAreWhatASynchronousClientGets(String range) {
    ResponseBytes<GetObjectResponse> got = get(s3, range);
    try (S3Client sync = Clients.with(store.endpoint(), interceptor)) {
      ResponseBytes<GetObjectResponse> expected =
          sync.getObjectAsBytes(b -> b.bucket("b").key("k").range(range));
      assertThat(got.asByteArray()).isEqualTo(expected.asByteArray());
      assertThat(got.response().equalsBySdkFields(expected.response())).isTrue();
      HeadObjectResponse head = s3.headObject(b -> b.bucket("b").key("k").range(range)).join();
      assertThat(head.equalsBySdkFields(sync.headObject(b -> b.bucket("b").key("k").range(range))))
          .isTrue();
    }
    store.reset();
    assertThat(get(s3, range).asByteArray()).isEqualTo(got.asByteArray());
    assertThat(store.requests).as("warm: one request").hasSize(1);
  }

  @Test
  void partsAndHeads() {
    int offset = 0;
    for (int number = 1; number <= SIZES.length; number++) {
      int asked = number;
      GetObjectRequest request =
          GetObjectRequest.builder().bucket("b").key("k").partNumber(asked).build();
      ResponseBytes<GetObjectResponse> got =
          s3.getObject(request, AsyncResponseTransformer.toBytes()).join();
      assertThat(got.asByteArray())
          .isEqualTo(Arrays.copyOfRange(plain, offset, offset + SIZES[number - 1]));
      assertThat(got.response().partsCount()).isEqualTo(SIZES.length);
      HeadObjectResponse head = s3.headObject(b -> b.bucket("b").key("k").partNumber(asked)).join();
      assertThat(head.contentLength()).isEqualTo(SIZES[number - 1]);
      offset += SIZES[number - 1];
    }
    assertThat(s3.headObject(b -> b.bucket("b").key("k")).join().contentLength())
        .isEqualTo(plain.length);
    Throwable e =
        failure(
            () ->
                s3.getObject(
                        b -> b.bucket("b").key("k").partNumber(5),
                        AsyncResponseTransformer.toBytes())
                    .join());
    assertThat(e)
        .isInstanceOfSatisfying(S3Exception.class, x -> assertThat(x.statusCode()).isEqualTo(416));
  }

  @Test
  void anObjectOverwrittenSinceItWasSeenIsReadAnew() {
    assertThat(get(s3, "bytes=199990-200010").asByteArray())
        .isEqualTo(Arrays.copyOfRange(plain, 199_990, 200_011));
    byte[] other = put(2);
    assertThat(get(s3, "bytes=199990-200010").asByteArray())
        .isEqualTo(Arrays.copyOfRange(other, 199_990, 200_011));
    byte[] third = put(3);
    assertThat(get(s3, null).asByteArray()).isEqualTo(third);
  }

  @Test
  void manyAtOnceFinish() {
    CompletableFuture<?>[] all = new CompletableFuture<?>[48];
    for (int i = 0; i < all.length; i++) {
      String range = i % 3 == 0 ? "bytes=150000-350000" : null;
      all[i] =
          s3.getObject(
              b -> b.bucket("b").key("k").range(range), AsyncResponseTransformer.toBytes());
    }
    CompletableFuture.allOf(all).join();
  }

  @Test
  void aDamagedPartIsRefusedAndItsLayoutForgotten() {
    assertThat(get(s3, null).asByteArray()).isEqualTo(plain);
    Stored stored = store.objects.get("/b/k");
    byte[] changed = stored.bytes().clone();
    changed[250_000] ^= 1;
    store.put("b/k", stored.withBytes(changed));
    store.reset();
    assertThat(failure(() -> get(s3, null))).isInstanceOf(ClavigerS3Exception.class);
    assertThat(count("GET")).isEqualTo(1);
  }
}
