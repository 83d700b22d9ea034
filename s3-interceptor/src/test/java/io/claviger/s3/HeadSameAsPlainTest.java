package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The answer to a HEAD has no body: whatever is stored, and with whatever {@code Content-Encoding},
 * callers see what a plain client sees. With gzip the SDK reads a body as soon as it has one.
 */
class HeadSameAsPlainTest {
  private static final byte[] PLAIN = new byte[200_000];
  private static PartStore store;
  private static S3Client plain;

  /** What is asked of the object. */
  enum Asked {
    WHOLE(b -> {}),
    RANGE(b -> b.range("bytes=100-70000")),
    SUFFIX(b -> b.range("bytes=-8")),
    PART(b -> b.partNumber(1)),
    NO_SUCH_RANGE(b -> b.range("bytes=200000-")),
    NO_SUCH_PART(b -> b.partNumber(7));

    private final Consumer<HeadObjectRequest.Builder> change;

    Asked(Consumer<HeadObjectRequest.Builder> change) {
      this.change = change;
    }

    HeadObjectRequest of(String key) {
      HeadObjectRequest.Builder head = HeadObjectRequest.builder().bucket("b").key(key);
      change.accept(head);
      return head.build();
    }
  }

  @BeforeAll
  static void start() {
    store = new PartStore();
    store.lie = answer -> answer.status() < 300 ? answer.with("Content-Encoding", "gzip") : answer;
    plain = Clients.plain(store.endpoint());
    store.put("b/plain", Stored.whole(PLAIN, Map.of(), "p"));
    store.put("b/plain-parts", new Stored(PLAIN, Map.of(), List.of(100_000, 100_000), "\"p-2\""));
    SealedParts one = SealedParts.single("b", "sealed", PLAIN);
    store.put("b/sealed", Stored.whole(one.body(), one.metadata(), "s"));
    SealedParts two = SealedParts.of("b", "sealed-parts", PLAIN, 100_000, 100_000);
    store.put("b/sealed-parts", Stored.ofParts(two.parts(), two.metadata(), "s"));
  }

  @AfterAll
  static void stop() {
    plain.close();
    store.close();
  }

  private static String outcome(
      Function<HeadObjectRequest, HeadObjectResponse> client, HeadObjectRequest request) {
    try {
      HeadObjectResponse head = client.apply(request);
      return "%d %d %s %s"
          .formatted(
              head.sdkHttpResponse().statusCode(),
              head.contentLength(),
              head.contentEncoding(),
              head.sdkHttpResponse().firstMatchingHeader("Content-Range").orElse(""));
    } catch (S3Exception e) {
      return "%s %d %s"
          .formatted(e.getClass().getSimpleName(), e.statusCode(), e.awsErrorDetails().errorCode());
    } catch (CompletionException e) {
      S3Exception s3 = (S3Exception) e.getCause();
      return "%s %d %s"
          .formatted(
              s3.getClass().getSimpleName(), s3.statusCode(), s3.awsErrorDetails().errorCode());
    }
  }

  private static ClavigerInterceptor interceptor(PlaintextObjects objects) {
    return TestKeys.interceptor()
        .metadata(ChangedMetadata.IGNORE) // the store adds Content-Encoding
        .plaintextObjects(objects)
        .httpClient(Clients.apache())
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void synchronousClients(Asked asked) {
    try (S3Client s3 = Clients.with(store.endpoint(), interceptor(PlaintextObjects.ALLOW))) {
      check(asked, s3::headObject);
    }
  }

  @ParameterizedTest
  @EnumSource
  void asynchronousClients(Asked asked) {
    try (S3AsyncClient s3 = Clients.async(store.endpoint(), interceptor(PlaintextObjects.ALLOW))) {
      check(asked, request -> s3.headObject(request).join());
    }
  }

  private static void check(Asked asked, Function<HeadObjectRequest, HeadObjectResponse> client) {
    for (String suffix : List.of("", "-parts")) {
      String expected = outcome(plain::headObject, asked.of("plain" + suffix));
      assertThat(outcome(client, asked.of("sealed" + suffix))).as("sealed").isEqualTo(expected);
      assertThat(outcome(client, asked.of("plain" + suffix))).as("not sealed").isEqualTo(expected);
    }
  }

  @Test
  void waitersSeeTheObject() {
    try (S3Client s3 = Clients.with(store.endpoint(), interceptor(PlaintextObjects.REJECT))) {
      var found = s3.waiter().waitUntilObjectExists(b -> b.bucket("b").key("sealed"));
      assertThat(found.matched().response().orElseThrow().contentLength()).isEqualTo(200_000);
    }
  }

  @Test
  void anObjectOfTheS3EncryptionClient() {
    Map<String, String> envelope =
        Map.of(
            "x-amz-key-v2", "AAAA",
            "x-amz-iv", "AAAA",
            "x-amz-cek-alg", "AES/GCM/NoPadding",
            "x-amz-wrap-alg", "AES/GCM",
            "x-amz-tag-len", "128");
    store.put("b/foreign", Stored.whole(PLAIN, envelope, "f"));
    ClavigerInterceptor reader =
        TestKeys.interceptor()
            .s3EncryptionClient(S3EncryptionClientKeys.objectsUpTo(1 << 20).aes(ForeignObjects.KEY))
            .build();
    try (S3Client s3 = Clients.with(store.endpoint(), reader)) {
      assertThat(s3.headObject(Asked.WHOLE.of("foreign")).contentLength()).isEqualTo(200_000 - 16);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "sealed-broken"})
  void aRefusedHeadOfAnAsynchronousClientSaysWhy(String key) {
    Map<String, String> broken = new TreeMap<>(SealedParts.single("b", key, PLAIN).metadata());
    broken.remove("claviger-dek");
    store.put("b/sealed-broken", Stored.whole(PLAIN, broken, "x"));
    try (S3AsyncClient s3 = Clients.async(store.endpoint(), interceptor(PlaintextObjects.REJECT))) {
      assertThatThrownBy(() -> s3.headObject(Asked.WHOLE.of(key)).join())
          .hasCauseInstanceOf(ClavigerS3Exception.class);
    }
  }

  @Test
  void theSourceOfACopyMayBeEncoded() {
    String bucket = MockStore.bucket();
    try (S3Client s3 = MockStore.with(MockStore.interceptor().build())) {
      s3.putObject(
          b -> b.bucket(bucket).key("from").contentEncoding("gzip"), RequestBody.fromBytes(PLAIN));
      s3.copyObject(
          b ->
              b.sourceBucket(bucket)
                  .sourceKey("from")
                  .destinationBucket(bucket)
                  .destinationKey("to"));
      assertThat(s3.headObject(b -> b.bucket(bucket).key("to")).contentLength()).isEqualTo(200_000);
      String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("parts")).uploadId();
      String etag =
          s3.uploadPartCopy(
                  b ->
                      b.sourceBucket(bucket)
                          .sourceKey("from")
                          .destinationBucket(bucket)
                          .destinationKey("parts")
                          .uploadId(id)
                          .partNumber(1))
              .copyPartResult()
              .eTag();
      s3.completeMultipartUpload(
          b ->
              b.bucket(bucket)
                  .key("parts")
                  .uploadId(id)
                  .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(etag))));
      assertThat(MockStore.get(s3, bucket, "parts")).isEqualTo(PLAIN);
    }
  }
}
