package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.s3.TinyStore.Stored;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** What stands beside an object is as its writer sent it, or the reader says so (format 3.1). */
class MetadataTest {
  private static final String OBJECT = "/b/k";
  private static final String TEXT = "the object";

  private final TinyStore store = new TinyStore();
  private final ClavigerInterceptor refusing = TestKeys.interceptor().build();
  private final S3Client s3 = Clients.with(store.endpoint(), refusing);
  private final S3AsyncClient async = Clients.async(store.endpoint(), refusing);

  @BeforeEach
  void seal() {
    s3.putObject(described("k"), RequestBody.fromString(TEXT));
  }

  @AfterEach
  void stop() {
    s3.close();
    async.close();
    store.close();
  }

  private static PutObjectRequest described(String key) {
    return PutObjectRequest.builder()
        .bucket("b")
        .key(key)
        .metadata(Map.of("owner", "alice"))
        .contentType("text/html; charset=utf-8")
        .contentEncoding("gzip")
        .contentDisposition("attachment; filename=\"A b.txt\"")
        .contentLanguage("de, en")
        .cacheControl("max-age=60")
        .expires(Instant.parse("2031-02-03T04:05:06Z"))
        .build();
  }

  private void change(String header, String value) {
    Stored stored = store.objects.get(OBJECT);
    store.objects.put(OBJECT, value == null ? stored.without(header) : stored.with(header, value));
  }

  private static String get(S3Client client, String key) {
    return client.getObjectAsBytes(b -> b.bucket("b").key(key)).asUtf8String();
  }

  private static void requireRefused(Runnable read, String header) {
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(read::run);
    assertThat(thrown).as(header).isNotNull();
    ClavigerS3Exception e = (ClavigerS3Exception) CallerExceptions.unwrapped(thrown);
    assertThat(e.failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    assertThat(e.formatFailure()).contains(FormatException.Failure.METADATA);
    assertThat(e).hasMessageContaining(header).hasMessageContaining("s3://b/k");
  }

  private void requireRefusedEverywhere(String header) {
    requireRefused(() -> get(s3, "k"), header);
    requireRefused(
        () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k").range("bytes=1-2")), header);
    requireRefused(() -> s3.headObject(b -> b.bucket("b").key("k")), header);
    requireRefused(
        () ->
            async.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toBytes()).join(),
        header);
    requireRefused(
        () ->
            async
                .getObject(
                    b -> b.bucket("b").key("k").range("bytes=1-2"),
                    AsyncResponseTransformer.toBytes())
                .join(),
        header);
    requireRefused(() -> async.headObject(b -> b.bucket("b").key("k")).join(), header);
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-meta-owner, mallory, user metadata",
    "x-amz-meta-owner, , user metadata",
    "x-amz-meta-role, admin, user metadata",
    "content-type, text/plain, Content-Type",
    "content-type, , Content-Type",
    "content-encoding, br, Content-Encoding",
    "content-disposition, inline, Content-Disposition",
    "content-language, de, Content-Language",
    "cache-control, no-store, Cache-Control",
    "expires, 'Mon, 03 Feb 2031 04:05:07 GMT', Expires",
  })
  void whatTheStoreChangedIsRefused(String header, String value, String named) {
    assertThat(get(s3, "k")).isEqualTo(TEXT);
    change(header, value);
    requireRefusedEverywhere(named);
  }

  @Test
  void whatTheStoreAddsToAnObjectWithoutAny() {
    s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString(TEXT));
    change("content-language", "en");
    change("expires", "0");
    assertThat(get(s3, "k")).as("headers that the writer did not send").isEqualTo(TEXT);
    change("content-encoding", "aws-chunked");
    assertThat(get(s3, "k")).isEqualTo(TEXT);
    change("content-encoding", "gzip");
    requireRefused(() -> get(s3, "k"), "Content-Encoding");
    change("content-encoding", null);
    change("x-amz-meta-owner", "mallory");
    requireRefused(() -> get(s3, "k"), "user metadata");
  }

  @Test
  void warnReadsAndCountsAndIgnoreReads() {
    change("x-amz-meta-owner", "mallory");
    ClavigerInterceptor warning = TestKeys.interceptor().metadata(ChangedMetadata.WARN).build();
    try (S3Client client = Clients.with(store.endpoint(), warning)) {
      assertThat(warning.changedMetadata()).isZero();
      assertThat(get(client, "k")).isEqualTo(TEXT);
      assertThat(client.headObject(b -> b.bucket("b").key("k")).metadata())
          .containsEntry("owner", "mallory");
      assertThat(warning.changedMetadata()).isEqualTo(2);
    }
    ClavigerInterceptor ignoring = TestKeys.interceptor().metadata(ChangedMetadata.IGNORE).build();
    try (S3Client client = Clients.with(store.endpoint(), ignoring)) {
      assertThat(get(client, "k")).isEqualTo(TEXT);
      assertThat(ignoring.changedMetadata()).isZero();
    }
  }

  @Test
  void aHeaderThatTheReaderSetsItselfIsNotCompared() {
    change("content-type", "text/plain");
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket("b").key("k").responseContentType("text/plain"))
                .asUtf8String())
        .isEqualTo(TEXT);
    requireRefused(
        () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k").responseCacheControl("no-cache")),
        "Content-Type");
  }

  /** Otherwise a store would change metadata, wait for a copy, and have it sealed. */
  @Test
  void aCopyDoesNotMakeForgedMetadataValid() {
    change("x-amz-meta-owner", "mallory");
    s3.copyObject(
        b -> b.sourceBucket("b").sourceKey("k").destinationBucket("b").destinationKey("copy"));
    requireRefused(() -> getCopy(), "user metadata");
    s3.copyObject(
        b ->
            b.sourceBucket("b")
                .sourceKey("k")
                .destinationBucket("b")
                .destinationKey("copy")
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("owner", "bob"))
                .contentType("text/new"));
    assertThat(get(s3, "copy")).isEqualTo(TEXT);
  }

  private void getCopy() {
    try {
      get(s3, "copy");
    } catch (ClavigerS3Exception e) {
      assertThat(e.where()).isEqualTo("s3://b/copy");
      throw CallerExceptions.whileReading("s3://b/k", (FormatException) e.getCause());
    }
  }

  @Test
  void aCopyAndAReWrappingKeepWhatIsRight() {
    s3.copyObject(
        b -> b.sourceBucket("b").sourceKey("k").destinationBucket("b").destinationKey("copy"));
    assertThat(get(s3, "copy")).isEqualTo(TEXT);
    Rewrap.with(s3).toKey(TestKeys.OTHER_KEY).object("b", "k");
    assertThat(get(s3, "k")).isEqualTo(TEXT);
    assertThat(s3.headObject(b -> b.bucket("b").key("k")).metadata())
        .isEqualTo(Map.of("owner", "alice"));
  }

  @Test
  void anUploadCarriesItsMetadata() {
    String id =
        s3.createMultipartUpload(
                b ->
                    b.bucket("b")
                        .key("k")
                        .metadata(Map.of("owner", "alice"))
                        .contentType("text/html"))
            .uploadId();
    String etag =
        s3.uploadPart(
                b -> b.bucket("b").key("k").uploadId(id).partNumber(1),
                RequestBody.fromString(TEXT))
            .eTag();
    s3.completeMultipartUpload(
        b ->
            b.bucket("b")
                .key("k")
                .uploadId(id)
                .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(etag))));
    assertThat(get(s3, "k")).isEqualTo(TEXT);
    change("x-amz-meta-owner", "mallory");
    requireRefusedEverywhere("user metadata");
  }

  @Test
  void aSealedUploadCarriesItsMetadata() throws IOException {
    SealedUpload upload =
        SealedUpload.of(
            refusing,
            described("k"),
            () -> new ByteArrayInputStream(TEXT.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            TEXT.length());
    byte[] stored = upload.open().readAllBytes();
    try (S3Client plain = Clients.plain(store.endpoint())) {
      plain.putObject(upload.request(), RequestBody.fromBytes(stored));
    }
    assertThat(get(s3, "k")).isEqualTo(TEXT);
    change("content-disposition", "inline");
    requireRefused(() -> get(s3, "k"), "Content-Disposition");
  }

  @Test
  void headersOfTheClientAndOfTheRequestAreCovered() {
    try (S3Client client =
        Clients.with(
            store.endpoint(),
            b ->
                b.overrideConfiguration(
                    c ->
                        c.putHeader("Cache-Control", "private")
                            .putHeader("Content-Language", List.of("fr", "it"))
                            .putHeader("x-amz-meta-tool", "batch")
                            .addExecutionInterceptor(refusing)))) {
      client.putObject(
          b ->
              b.bucket("b")
                  .key("k")
                  .metadata(Map.of("owner", "alice"))
                  .overrideConfiguration(
                      c ->
                          c.putHeader("Content-Type", "text/own")
                              .putHeader("x-amz-meta-more", "1")),
          RequestBody.fromString(TEXT));
    }
    assertThat(store.objects.get(OBJECT).metadata())
        .containsEntry("content-type", "text/own")
        .containsEntry("x-amz-meta-tool", "batch");
    assertThat(get(s3, "k")).isEqualTo(TEXT);
    change("x-amz-meta-tool", "other");
    requireRefused(() -> get(s3, "k"), "user metadata");
  }

  private static ExecutionInterceptor setting(String header, String value) {
    return new ExecutionInterceptor() {
      @Override
      public SdkHttpRequest modifyHttpRequest(
          Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        return context.httpRequest().toBuilder().putHeader(header, value).build();
      }
    };
  }

  @Test
  void interceptorsBeforeAreCoveredAndLaterOnesMayNotChangeWhatIsSealed() {
    try (S3Client before =
        Clients.with(store.endpoint(), setting("x-amz-meta-trace", "7"), refusing)) {
      before.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString(TEXT));
      assertThat(get(s3, "k")).isEqualTo(TEXT);
    }
    try (S3Client adding =
        Clients.with(store.endpoint(), refusing, setting("Content-Language", "fr"))) {
      adding.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString(TEXT));
      assertThat(get(s3, "k")).isEqualTo(TEXT);
    }
    for (String header : Set.of("Content-Type", "x-amz-meta-owner", "Content-Encoding")) {
      long puts = store.count("PUT");
      try (S3Client changing = Clients.with(store.endpoint(), refusing, setting(header, "x"))) {
        ClavigerS3Exception e =
            catchThrowableOfType(
                ClavigerS3Exception.class,
                () ->
                    changing.putObject(b -> b.bucket("b").key("k"), RequestBody.fromString(TEXT)));
        assertThat(e.failure()).isEqualTo(Failure.BAD_REQUEST);
      }
      assertThat(store.count("PUT")).as("nothing was sent").isEqualTo(puts);
    }
  }

  /** What HTTP clients make of it differs; none of it is an alarm. */
  @ParameterizedTest
  @CsvSource({"Zoë", "日本語 text", "a?b", "tab\there", "two   blanks", "=?UTF-8?Q?Zo=C3=AB?="})
  void valuesThatHttpClientsSendInTheirOwnWay(String value) {
    String bucket = MockStore.bucket();
    PutObjectRequest put =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key("k")
            .metadata(Map.of("author", value, "Mixed-Case", "A, b"))
            .contentDisposition("inline; filename=\"" + value.trim() + "\"")
            .build();
    ClavigerInterceptor interceptor = MockStore.interceptor().build();
    S3Client apache = MockStore.with(interceptor);
    S3Client urlConnection =
        Clients.with(MockStore.endpoint(), b -> b.httpClient(Clients.urlConnection()), interceptor);
    S3AsyncClient netty = Clients.async(MockStore.endpoint(), interceptor);
    for (S3Client writer : List.of(apache, urlConnection)) {
      writer.putObject(put, RequestBody.fromString(TEXT));
      requireReads(bucket, apache, urlConnection, netty);
    }
    netty.putObject(put, AsyncRequestBody.fromString(TEXT)).join();
    requireReads(bucket, apache, urlConnection, netty);
  }

  private static void requireReads(
      String bucket, S3Client apache, S3Client urlConnection, S3AsyncClient netty) {
    for (S3Client reader : List.of(apache, urlConnection)) {
      assertThat(MockStore.get(reader, bucket, "k")).asString().isEqualTo(TEXT);
    }
    assertThat(
            netty
                .getObject(b -> b.bucket(bucket).key("k"), AsyncResponseTransformer.toBytes())
                .join()
                .asUtf8String())
        .isEqualTo(TEXT);
  }
}
