package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * Copies of an object onto itself over a store that ignores {@code If-Match} of copies, so that
 * they are made in parts: the metadata tags cover what the object is stored with, and every reader
 * here refuses what they do not.
 */
class CopyInPartsTagsTest {
  private static final String TEXT = "the object";

  private final TinyStore store = new TinyStore();
  private final SdkHttpClient connections = Clients.apache();
  private final ClavigerInterceptor refusing =
      TestKeys.interceptor().httpClient(connections).build();
  private final S3Client reader = Clients.with(store.endpoint(), refusing);

  /** Which client copies. */
  enum Kind {
    SYNC,
    ASYNC
  }

  @BeforeEach
  void seal() {
    store.ignoresIfMatchOfCopies = true;
    reader.putObject(
        b ->
            b.bucket("b")
                .key("k")
                .metadata(Map.of("owner", "alice"))
                .contentLanguage("de")
                .expires(Instant.parse("2031-02-03T04:05:06Z")),
        RequestBody.fromString(TEXT));
  }

  @AfterEach
  void stop() {
    reader.close();
    store.close();
    connections.close();
  }

  private static CopyObjectRequest ontoItself(Consumer<CopyObjectRequest.Builder> more) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket("b")
            .sourceKey("k")
            .destinationBucket("b")
            .destinationKey("k");
    more.accept(request);
    return request.build();
  }

  private static CopyObjectRequest replacing() {
    return ontoItself(
        b ->
            b.metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("mine", "new"))
                .contentType("text/plain")
                .expires(Instant.parse("2032-02-03T04:05:06Z"))
                .overrideConfiguration(
                    c ->
                        c.putHeader("Cache-Control", "no-store")
                            .putHeader("Content-Disposition", "inline")
                            .putHeader("Content-Type", "text/own")
                            .putHeader("Expires", "Mon, 03 Feb 2031 04:05:07 GMT")
                            .putHeader("x-amz-storage-class", "GLACIER_IR")
                            .putHeader("x-amz-meta-more", "1")));
  }

  private void copy(
      Kind kind, CopyObjectRequest copy, Consumer<ClientOverrideConfiguration.Builder> settings) {
    if (kind == Kind.SYNC) {
      try (S3Client s3 =
          Clients.with(
              store.endpoint(),
              b -> b.overrideConfiguration(configured(b.overrideConfiguration(), settings)),
              refusing)) {
        s3.copyObject(copy);
      }
      return;
    }
    try (S3AsyncClient s3 =
        Clients.async(
            store.endpoint(),
            b ->
                b.httpClient(Clients.netty())
                    .overrideConfiguration(configured(b.overrideConfiguration(), settings)),
            refusing)) {
      s3.copyObject(copy).join();
    }
  }

  private static ClientOverrideConfiguration configured(
      ClientOverrideConfiguration given, Consumer<ClientOverrideConfiguration.Builder> settings) {
    ClientOverrideConfiguration.Builder changed = given.toBuilder();
    settings.accept(changed);
    return changed.build();
  }

  private static void ofTheClient(ClientOverrideConfiguration.Builder client) {
    client.putHeader("Content-Language", List.of("fr", "it")).putHeader("x-amz-meta-tool", "batch");
  }

  private Map<String, String> storedInParts() {
    assertThat(store.uploads.completed).as("copied in parts").hasSize(1);
    assertThat(reader.getObjectAsBytes(b -> b.bucket("b").key("k")).asUtf8String()).isEqualTo(TEXT);
    reader.headObject(b -> b.bucket("b").key("k"));
    return store.object("b/k").metadata();
  }

  @ParameterizedTest
  @EnumSource
  void headersOfTheCopyByHandAreStoredAndCovered(Kind kind) {
    copy(kind, replacing(), c -> {});
    assertThat(storedInParts())
        .containsEntry("cache-control", "no-store")
        .containsEntry("content-disposition", "inline")
        .containsEntry("content-type", "text/own")
        .containsEntry("expires", "Mon, 03 Feb 2031 04:05:07 GMT")
        .containsEntry("x-amz-meta-mine", "new")
        .containsEntry("x-amz-meta-more", "1")
        .doesNotContainKeys("x-amz-meta-owner", "content-language");
    assertThat(store.requests)
        .filteredOn(r -> !r.method().equals("HEAD")) // the caller's request, in a copy's place
        .filteredOn(r -> r.headers().containsKey("x-amz-storage-class"))
        .as("headers of the object belong to the request that creates it")
        .extracting(TinyStore.Seen::query)
        .containsExactly("uploads");
  }

  @ParameterizedTest
  @EnumSource
  void headersOfTheClientAreCovered(Kind kind) {
    copy(kind, replacing(), CopyInPartsTagsTest::ofTheClient);
    assertThat(storedInParts())
        .containsEntry("content-language", "fr,it")
        .containsEntry("x-amz-meta-tool", "batch")
        .containsEntry("x-amz-meta-more", "1");
  }

  @ParameterizedTest
  @EnumSource
  void aCopyThatKeepsItsMetadata(Kind kind) {
    copy(
        kind,
        ontoItself(
            b ->
                b.storageClass(StorageClass.GLACIER_IR)
                    .overrideConfiguration(c -> c.putHeader("Cache-Control", "no-store"))),
        CopyInPartsTagsTest::ofTheClient);
    assertThat(storedInParts())
        .containsEntry("x-amz-meta-owner", "alice")
        .containsEntry("x-amz-meta-tool", "batch")
        .containsEntry("expires", "Mon, 03 Feb 2031 04:05:06 GMT")
        .containsEntry("cache-control", "no-store");
  }

  /** The client of a re-wrapping sends the requests itself, with whatever else changes them. */
  @Test
  void aReWrappingInRangesByAClientWithHeadersAndInterceptorsOfItsOwn() {
    ExecutionInterceptor tracing =
        new ExecutionInterceptor() {
          @Override
          public SdkHttpRequest modifyHttpRequest(
              Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder().putHeader("x-amz-meta-trace", "7").build();
          }
        };
    try (S3Client s3 =
        Clients.with(
            store.endpoint(),
            b ->
                b.overrideConfiguration(
                    configured(b.overrideConfiguration(), CopyInPartsTagsTest::ofTheClient)),
            refusing,
            tracing)) {
      Rewrap.with(s3).toKey(TestKeys.OTHER_KEY).withLimits(1, 1 << 20).object("b", "k");
    }
    assertThat(storedInParts())
        .containsEntry("x-amz-meta-claviger-key", TestKeys.OTHER_KEY)
        .containsEntry("x-amz-meta-owner", "alice")
        .containsEntry("x-amz-meta-tool", "batch")
        .containsEntry("x-amz-meta-trace", "7");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheStoreForgedBeforeDoesNotBecomeValid(Kind kind) {
    store.objects.computeIfPresent("/b/k", (k, o) -> o.with("x-amz-meta-owner", "mallory"));
    copy(
        kind,
        ontoItself(
            b ->
                b.storageClass(StorageClass.GLACIER_IR)
                    .overrideConfiguration(c -> c.putHeader("Cache-Control", "no-store"))),
        c -> {});
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> reader.headObject(b -> b.bucket("b").key("k")));
    assertThat(e.formatFailure()).contains(FormatException.Failure.METADATA);
    assertThat(e).hasMessageContaining("user metadata").hasMessageNotContaining("Cache-Control");
  }
}
