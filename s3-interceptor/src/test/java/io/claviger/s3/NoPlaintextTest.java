package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * Uploads that fail, each in its own way: nothing of the plaintext was stored, nor was it ever on
 * the wire, in any attempt.
 */
class NoPlaintextTest {
  private static final String MARK = "plaintext that must not leave";
  private static final byte[] PLAIN = (MARK + ". ").repeat(10_000).getBytes(StandardCharsets.UTF_8);

  private final TinyStore store = new TinyStore();

  @AfterEach
  void stop() {
    store.close();
  }

  /** What is sent, and what happens to it. */
  private record Upload(
      Consumer<TinyStore> store, Consumer<PutObjectRequest.Builder> request, RequestBody body) {
    Upload(Consumer<TinyStore> store) {
      this(store, b -> {}, RequestBody.fromBytes(PLAIN));
    }

    Upload(Consumer<PutObjectRequest.Builder> request, RequestBody body) {
      this(s -> {}, request, body);
    }
  }

  private static RequestBody source(InputStream in, long announced) {
    return RequestBody.fromContentProvider(() -> in, announced, "a/b");
  }

  private static InputStream breaking() {
    return new InputStream() {
      private final InputStream in = new ByteArrayInputStream(PLAIN, 0, 150_000);

      @Override
      public int read() throws IOException {
        int next = in.read();
        if (next < 0) {
          throw new IOException("the disk is gone");
        }
        return next;
      }
    };
  }

  static Stream<Arguments> failures() {
    Map<String, Upload> all = new LinkedHashMap<>();
    all.put("the store answers 503", new Upload(s -> s.unavailable.set(100)));
    all.put("connections break in the middle", new Upload(s -> s.cutPuts.set(100)));
    all.put("the source breaks", new Upload(b -> {}, source(breaking(), PLAIN.length)));
    InputStream other = new ByteArrayInputStream(PLAIN);
    all.put("the source is shorter", new Upload(b -> {}, source(other, PLAIN.length + 1)));
    all.put(
        "another checksum",
        new Upload(b -> b.contentMD5("AAAAAAAAAAAAAAAAAAAAAA=="), RequestBody.fromBytes(PLAIN)));
    all.put(
        "another length",
        new Upload(b -> b.contentLength(PLAIN.length + 1L), RequestBody.fromBytes(PLAIN)));
    all.put(
        "an unknown key",
        new Upload(
            b -> b.serverSideEncryption("aws:kms").ssekmsKeyId("x"), RequestBody.fromBytes(PLAIN)));
    all.put(
        "half a customer-provided key",
        new Upload(b -> b.sseCustomerAlgorithm("AES256"), RequestBody.fromBytes(PLAIN)));
    all.put(
        "one of our names",
        new Upload(b -> b.metadata(Map.of("claviger", "x")), RequestBody.fromBytes(PLAIN)));
    all.put(
        "a body of unknown length",
        new Upload(
            b -> {},
            RequestBody.fromContentProvider(() -> new ByteArrayInputStream(PLAIN), "a/b")));
    return all.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  private void assertNothing() {
    assertThat(store.objects).isEmpty();
    assertThat(StoreSearch.find(store, MARK)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void anUploadThatFails(String name, Upload upload) {
    upload.store().accept(store);
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket("b").key("k");
    upload.request().accept(request);
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      assertThat(catchThrowable(() -> s3.putObject(request.build(), upload.body())))
          .as(name)
          .isNotNull();
    }
    assertNothing();
  }

  @Test
  void aSourceThatGoesOnIsCutAndSealed() {
    InputStream longer = new ByteArrayInputStream(PLAIN);
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      s3.putObject(b -> b.bucket("b").key("k"), source(longer, PLAIN.length - 1));
      assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
          .isEqualTo(Arrays.copyOf(PLAIN, PLAIN.length - 1));
    }
    assertThat(StoreSearch.find(store, MARK)).isEmpty();
  }

  @Test
  void anInterceptorThatPutsThePlaintextBack() {
    ExecutionInterceptor meddling =
        new ExecutionInterceptor() {
          @Override
          public Optional<RequestBody> modifyHttpContent(
              Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return Optional.of(RequestBody.fromBytes(PLAIN));
          }
        };
    try (S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build(), meddling)) {
      assertThat(
              catchThrowable(
                  () -> s3.putObject(b -> b.bucket("b").key("k"), RequestBody.fromBytes(PLAIN))))
          .isInstanceOf(ClavigerS3Exception.class);
    }
    assertNothing();
  }

  private static void copy(S3Client s3) {
    s3.copyObject(
        b -> b.sourceBucket("b").sourceKey("plain").destinationBucket("b").destinationKey("c"));
  }

  @Test
  void aCopyOfPlaintextThatFails() {
    store.objects.put("/b/plain", new TinyStore.Stored(PLAIN, Map.of("x-amz-tagging-count", "0")));
    ClavigerInterceptor allowing =
        TestKeys.interceptor()
            .plaintextObjects(PlaintextObjects.ALLOW)
            .httpClient(Clients.apache())
            .build();
    try (S3Client s3 = Clients.with(store.endpoint(), allowing)) {
      for (Consumer<TinyStore> trouble :
          List.<Consumer<TinyStore>>of(
              s -> s.unavailable.set(100), s -> s.cutPuts.set(100), s -> s.cutGets.set(100))) {
        store.unavailable.set(0);
        store.cutPuts.set(0);
        trouble.accept(store);
        assertThat(catchThrowable(() -> copy(s3))).isNotNull();
        assertThat(store.objects).containsOnlyKeys("/b/plain");
        assertThat(StoreSearch.find(store, MARK)).containsExactly("/b/plain");
      }
      store.cutGets.set(0);
      copy(s3);
      assertThat(MockStore.get(s3, "b", "c")).isEqualTo(PLAIN);
      assertThat(StoreSearch.find(store, MARK)).containsExactly("/b/plain");
    }
  }

  /** Replaces each body behind the sealing by as many bytes of plaintext. */
  private static final ExecutionInterceptor MEDDLING =
      new ExecutionInterceptor() {
        @Override
        public Optional<RequestBody> modifyHttpContent(
            Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
          return context
              .requestBody()
              .map(old -> Arrays.copyOf(PLAIN, (int) old.contentLength()))
              .map(RequestBody::fromBytes);
        }

        @Override
        public Optional<AsyncRequestBody> modifyAsyncHttpContent(
            Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
          return context
              .asyncRequestBody()
              .map(old -> Arrays.copyOf(PLAIN, old.contentLength().orElseThrow().intValue()))
              .map(AsyncRequestBody::fromBytes);
        }
      };

  private void putPlain() {
    store.objects.put("/b/plain", new TinyStore.Stored(PLAIN, Map.of("x-amz-tagging-count", "0")));
  }

  private static ClavigerInterceptor allowing() {
    return TestKeys.interceptor()
        .plaintextObjects(PlaintextObjects.ALLOW)
        .httpClient(Clients.apache())
        .build();
  }

  private static UploadPartCopyRequest partOf(Multipart upload) {
    return UploadPartCopyRequest.builder()
        .sourceBucket("b")
        .sourceKey("plain")
        .destinationBucket("b")
        .destinationKey("c")
        .uploadId(upload.id)
        .partNumber(1)
        .build();
  }

  @Test
  void anInterceptorThatPutsThePlaintextBackIntoACopy() {
    putPlain();
    try (S3Client s3 = Clients.with(store.endpoint(), allowing(), MEDDLING)) {
      assertThat(catchThrowable(() -> copy(s3)))
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("sealed body");
    }
    assertThat(store.objects).containsOnlyKeys("/b/plain");
    assertThat(StoreSearch.find(store, MARK)).containsExactly("/b/plain");
  }

  @Test
  void anInterceptorThatPutsThePlaintextBackIntoACopiedPart() {
    putPlain();
    try (S3Client s3 = Clients.with(store.endpoint(), allowing(), MEDDLING)) {
      Multipart upload = Multipart.create(s3, "b", "c");
      assertThat(catchThrowable(() -> s3.uploadPartCopy(partOf(upload))))
          .isInstanceOf(ClavigerS3Exception.class)
          .hasMessageContaining("sealed body");
    }
    assertThat(StoreSearch.find(store, MARK)).containsExactly("/b/plain");
  }

  /** Asynchronous clients wrap bodies: what was sent is seen when the answer comes. */
  @Test
  void anAsynchronousCopyWhoseBodyWasReplacedFails() {
    putPlain();
    try (S3AsyncClient s3 = Clients.async(store.endpoint(), allowing(), MEDDLING);
        S3Client creating = Clients.with(store.endpoint(), allowing())) {
      UploadPartCopyRequest part = partOf(Multipart.create(creating, "b", "c"));
      assertReplacementIsNamed(() -> s3.uploadPartCopy(part).join());
      assertReplacementIsNamed(
          () ->
              s3.copyObject(
                      b ->
                          b.sourceBucket("b")
                              .sourceKey("plain")
                              .destinationBucket("b")
                              .destinationKey("c"))
                  .join());
    }
  }

  private static void assertReplacementIsNamed(ThrowingCallable call) {
    assertThat(catchThrowable(call))
        .cause()
        .isInstanceOf(ClavigerS3Exception.class)
        .hasMessageContaining("another interceptor sent a body of its own");
  }
}
