package io.claviger.s3;

import static io.claviger.s3.AsyncPutAndGetTest.failure;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.body.PiecesPublisher;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Failing attempts, tampering, changing sources, differing checksums; asynchronous clients. */
class AsyncFailuresTest {
  private final TinyStore store = new TinyStore();
  private final ClavigerInterceptor interceptor =
      TestKeys.interceptor().httpClient(Clients.apache()).build();
  private final S3AsyncClient s3 = Clients.async(store.endpoint(), interceptor);
  private final byte[] plain = bytes(3_000_000);

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private static PutObjectRequest.Builder request() {
    return PutObjectRequest.builder().bucket("b").key("k");
  }

  private void put() {
    s3.putObject(request().build(), AsyncRequestBody.fromBytes(plain)).join();
  }

  private byte[] get(String range) {
    return s3.getObject(
            b -> b.bucket("b").key("k").range(range), AsyncResponseTransformer.toBytes())
        .join()
        .asByteArray();
  }

  private ClavigerS3Exception refused(PutObjectRequest request, AsyncRequestBody body) {
    Throwable e = failure(() -> s3.putObject(request, body).join());
    assertThat(e).isInstanceOf(ClavigerS3Exception.class);
    assertThat(store.objects).as("nothing was stored").isEmpty();
    return (ClavigerS3Exception) e;
  }

  private S3Exception badDigest(PutObjectRequest request, AsyncRequestBody body) {
    Throwable e = failure(() -> s3.putObject(request, body).join());
    assertThat(e).isInstanceOf(S3Exception.class);
    assertThat(((S3Exception) e).awsErrorDetails().errorCode()).isEqualTo("BadDigest");
    assertThat(store.objects).as("nothing was stored").isEmpty();
    return (S3Exception) e;
  }

  @Test
  void a503IsRepeated() {
    store.unavailable.set(2);
    put();
    assertThat(store.count("PUT")).isEqualTo(3);
    assertThat(get(null)).isEqualTo(plain);
  }

  @Test
  void aConnectionCutInTheMiddleIsRepeated() {
    store.cutPuts.set(1);
    put();
    assertThat(store.count("PUT")).isEqualTo(2);
    assertThat(get(null)).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes=100-2500000"})
  void aGetThatIsCutOffIsRepeated(String range) {
    put();
    store.cutGets.set(1);
    byte[] got = get(range.isEmpty() ? null : range);
    assertThat(got).isEqualTo(range.isEmpty() ? plain : Arrays.copyOfRange(plain, 100, 2_500_001));
    assertThat(store.count("GET")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, 70, 100, 1_000_000, 3_001_569})
  void aChangedByteIsRefusedAfterOneGet(int at) {
    put();
    TinyStore.Stored stored = store.object("b/k");
    byte[] changed = stored.bytes().clone();
    changed[at] ^= 1;
    store.objects.put("/b/k", stored.withBytes(changed));
    Throwable e = failure(() -> get(null));
    assertThat(e).isInstanceOf(ClavigerS3Exception.class);
    assertThat(((ClavigerS3Exception) e).failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    assertThat(store.count("GET")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aLengthChangedByTheStoreIsRefusedAfterOneRequest(int by) {
    put();
    TinyStore.Stored stored = store.object("b/k");
    store.objects.put(
        "/b/k", stored.withBytes(Arrays.copyOf(stored.bytes(), stored.bytes().length + by)));
    assertThat(failure(() -> get(null))).isInstanceOf(ClavigerS3Exception.class);
    assertThat(store.count("GET")).isEqualTo(1);
    assertThat(failure(() -> get("bytes=5-6"))).isInstanceOf(ClavigerS3Exception.class);
    assertThat(store.count("GET")).isEqualTo(2);
    assertThat(failure(() -> s3.headObject(b -> b.bucket("b").key("k")).join()))
        .isInstanceOf(ClavigerS3Exception.class);
  }

  @Test
  void aDamagedObjectFailsInEveryKindOfBody() {
    put();
    TinyStore.Stored stored = store.object("b/k");
    byte[] changed = stored.bytes().clone();
    changed[1_000_000] ^= 1;
    store.objects.put("/b/k", stored.withBytes(changed));
    var stream =
        s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toBlockingInputStream())
            .join();
    Throwable e = failure(() -> read(stream));
    assertThat(CallerExceptions.unwrapped(e)).isInstanceOf(ClavigerS3Exception.class);
    var publisher =
        s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toPublisher()).join();
    List<Integer> sizes = new ArrayList<>();
    Throwable published = failure(() -> publisher.subscribe(p -> sizes.add(p.remaining())).join());
    assertThat(published).isInstanceOf(ClavigerS3Exception.class);
    assertThat(sizes).as("whole segments before the damage").hasSize((1_000_000 - 98) / 65568);
  }

  private static void read(InputStream in) {
    try (in) {
      in.readAllBytes();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aSourceThatChangedBetweenAttemptsFailsWithOurs() {
    store.unavailable.set(1);
    AtomicInteger openings = new AtomicInteger();
    AsyncRequestBody changing =
        new AsyncRequestBody() {
          @Override
          public Optional<Long> contentLength() {
            return Optional.of((long) plain.length);
          }

          @Override
          public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
            byte[] bytes = plain.clone();
            bytes[100_000] += (byte) openings.getAndIncrement();
            AsyncRequestBody.fromBytes(bytes).subscribe(subscriber);
          }
        };
    ClavigerS3Exception e = refused(request().build(), changing);
    assertThat(e.formatFailure()).contains(FormatException.Failure.SOURCE_CHANGED);
    assertThat(openings).hasValue(2);
  }

  @Test
  void aSourceShorterThanAnnouncedIsRefused() {
    AsyncRequestBody body = AsyncRequestBody.fromPublisher(new PiecesPublisher(plain, 10_000));
    ClavigerS3Exception e = refused(request().contentLength(3_000_001L).build(), body);
    assertThat(e.formatFailure()).contains(FormatException.Failure.SOURCE_LENGTH);
    assertThat(store.count("PUT")).isLessThanOrEqualTo(1);
  }

  @Test
  void anUnknownLengthIsRefusedWithAdvice() {
    AsyncRequestBody body = AsyncRequestBody.fromPublisher(new PiecesPublisher(plain, 10_000));
    assertThat(refused(request().build(), body)).hasMessageContaining("contentLength");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65536, 100_000})
  void theCallersSumsAreChecked(int length) throws Exception {
    byte[] body = bytes(length);
    String md5 = Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(body));
    String sha =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
    s3.putObject(
            request().contentMD5(md5).checksumSHA256(sha).build(), AsyncRequestBody.fromBytes(body))
        .join();
    assertThat(get(null)).isEqualTo(body);
    assertThat(store.requests.get(0).headers()).doesNotContainKey("Content-MD5");
    store.objects.clear();
    AsyncRequestBody other = AsyncRequestBody.fromBytes(bytes(length + 1));
    assertThat(badDigest(request().contentMD5(md5).build(), other)).hasMessageContaining("MD5");
    assertThat(badDigest(request().checksumSHA256(sha).build(), other))
        .hasMessageContaining("sha256");
  }

  @Test
  void oneConnectionIsEnough() {
    S3AsyncClient one =
        Clients.async(
            store.endpoint(),
            b -> b.httpClientBuilder(NettyNioAsyncHttpClient.builder().maxConcurrency(1)),
            interceptor);
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(one.putObject(request().build(), AsyncRequestBody.fromBytes(plain)));
    }
    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
    calls.clear();
    for (int i = 0; i < 8; i++) {
      String range = i % 2 == 0 ? null : "bytes=10-2000000";
      calls.add(one.headObject(b -> b.bucket("b").key("k")));
      calls.add(
          one.getObject(
              b -> b.bucket("b").key("k").range(range), AsyncResponseTransformer.toBytes()));
    }
    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
    one.close();
  }

  @Test
  void theAnswerTellsTheStoresErrorsAsTheyAre() {
    store.unavailable.set(100);
    Throwable e = failure(this::put);
    assertThat(e).isInstanceOf(S3Exception.class);
    assertThat(((S3Exception) e).statusCode()).isEqualTo(503);
    assertThat(store.objects).isEmpty();
  }

  @Test
  void anotherBodyPutInBehindOurBackIsRefused() {
    ExecutionInterceptor meddling =
        new ExecutionInterceptor() {
          @Override
          public Optional<AsyncRequestBody> modifyAsyncHttpContent(
              Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return Optional.of(AsyncRequestBody.fromBytes(new byte[3_001_570]));
          }
        };
    S3AsyncClient meddled = Clients.async(store.endpoint(), interceptor, meddling);
    Throwable e =
        failure(
            () -> meddled.putObject(request().build(), AsyncRequestBody.fromBytes(plain)).join());
    assertThat(e).isInstanceOf(ClavigerS3Exception.class).hasMessageContaining("delete it");
    meddled.close();
  }

  @Test
  void aStreamThatCannotBeReadAgainIsNotStoredFromItsMiddle() {
    store.cutPuts.set(1);
    InputStream once =
        new ByteArrayInputStream(plain) {
          @Override
          public boolean markSupported() {
            return false;
          }
        };
    AsyncRequestBody body =
        AsyncRequestBody.fromInputStream(
            once, (long) plain.length, java.util.concurrent.ForkJoinPool.commonPool());
    Throwable e = failure(() -> s3.putObject(request().build(), body).join());
    if (e == null) { // the connection was cut before anything of the stream was read
      assertThat(get(null)).isEqualTo(plain);
    } else {
      assertThat(e)
          .isInstanceOfSatisfying(
              ClavigerS3Exception.class, x -> assertThat(x.failure()).isEqualTo(Failure.SOURCE));
      assertThat(store.objects).isEmpty();
    }
  }
}
