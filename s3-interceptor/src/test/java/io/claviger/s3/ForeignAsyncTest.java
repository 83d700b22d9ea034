package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.s3.ForeignObjects.Format;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;

/** Objects of the real Amazon S3 Encryption Client, read by an asynchronous client. */
class ForeignAsyncTest {
  private static final int MAX = 16 << 20;

  private final String bucket = MockStore.bucket();
  private final SdkHttpClient connections = Clients.apache();
  private final Reads ours = reads(MAX);

  @AfterEach
  void close() {
    ours.close();
    connections.close();
  }

  private ClavigerInterceptor interceptor(int max) {
    return TestKeys.interceptor()
        .httpClient(connections)
        .s3EncryptionClient(ForeignObjects.keys(max))
        .build();
  }

  private Reads reads(int max) {
    return Kind.ASYNC.over(MockStore.endpoint(), connections, interceptor(max));
  }

  private void write(Format format, String key, byte[] plain) {
    format.client.putObject(
        b -> b.bucket(bucket).key(key).metadata(Map.of("mine", "kept")),
        RequestBody.fromBytes(plain));
  }

  private GetObjectRequest get(String key) {
    return GetObjectRequest.builder().bucket(bucket).key(key).build();
  }

  private static ClavigerS3Exception refusal(Reads reads, GetObjectRequest request) {
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> reads.get(request));
    assertThat(e).as("refused").isNotNull();
    return e;
  }

  @ParameterizedTest
  @EnumSource
  void whatItWroteIsRead(Format format) {
    for (int size : new int[] {0, 1, 15, 16, 17, 65_536, 65_537, 3 << 20}) {
      write(format, "k" + size, Shape.bytes(size));
      for (Kind kind : Kind.values()) {
        try (Reads reads = kind.over(MockStore.endpoint(), connections, interceptor(MAX))) {
          ResponseBytes<GetObjectResponse> got = reads.get(get("k" + size));
          assertThat(got.asByteArray()).as("%d by %s", size, kind).isEqualTo(Shape.bytes(size));
          assertThat(got.response().contentLength()).isEqualTo(size);
          assertThat(got.response().metadata()).isEqualTo(Map.of("mine", "kept"));
          HeadObjectRequest head =
              HeadObjectRequest.builder().bucket(bucket).key("k" + size).build();
          assertThat(reads.head(head).contentLength()).isEqualTo(size);
        }
      }
    }
  }

  @Test
  void everyWayToTakeItWorks(@TempDir Path folder) throws IOException {
    byte[] plain = Shape.bytes(1 << 20);
    write(Format.V3, "k", plain);
    try (S3AsyncClient s3 = Clients.async(MockStore.endpoint(), interceptor(MAX))) {
      Path file = folder.resolve("f");
      s3.getObject(get("k"), AsyncResponseTransformer.toFile(file)).join();
      assertThat(Files.readAllBytes(file)).isEqualTo(plain);
      try (ResponseInputStream<GetObjectResponse> in =
          s3.getObject(get("k"), AsyncResponseTransformer.toBlockingInputStream()).join()) {
        assertThat(in.readAllBytes()).isEqualTo(plain);
      }
      ResponseInputStream<GetObjectResponse> left =
          s3.getObject(get("k"), AsyncResponseTransformer.toBlockingInputStream()).join();
      left.abort();
      assertThat(s3.getObject(get("k"), AsyncResponseTransformer.toBytes()).join().asByteArray())
          .isEqualTo(plain);
    }
  }

  @Test
  void anyBitThatChangesIsNoticed() {
    write(Format.V3, "bits", Shape.bytes(100_000));
    byte[] stored = MockStore.stored(bucket, "bits").asByteArray();
    Map<String, String> metadata = MockStore.stored(bucket, "bits").response().metadata();
    for (int at : new int[] {0, 50_000, 99_999, 100_015}) {
      byte[] changed = stored.clone();
      changed[at] ^= 1;
      MockStore.PLAIN.putObject(
          b -> b.bucket(bucket).key("bits").metadata(metadata), RequestBody.fromBytes(changed));
      assertThat(refusal(ours, get("bits")).failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    }
  }

  @Test
  void aConnectionThatBreaksIsRepeated() {
    byte[] plain = Shape.bytes(300_000);
    write(Format.V3, "cut", plain);
    byte[] stored = MockStore.stored(bucket, "cut").asByteArray();
    Map<String, String> metadata = new HashMap<>();
    MockStore.stored(bucket, "cut")
        .response()
        .metadata()
        .forEach((name, value) -> metadata.put("x-amz-meta-" + name, value));
    for (Kind kind : new Kind[] {Kind.SYNC, Kind.ASYNC}) {
      try (TinyStore store = new TinyStore();
          Reads reads = kind.over(store.endpoint(), connections, interceptor(MAX))) {
        store.objects.put("/" + bucket + "/cut", new TinyStore.Stored(stored, metadata));
        store.cutGets.set(1);
        assertThat(reads.get(get("cut")).asByteArray()).as("%s", kind).isEqualTo(plain);
        assertThat(store.count("GET")).isEqualTo(2);
      }
    }
  }

  @Test
  void whatIsLargerThanTheLimitIsRefused() {
    write(Format.V3, "large", Shape.bytes(1_001));
    try (Reads limited = reads(1_000)) {
      assertThat(refusal(limited, get("large")).formatFailure())
          .contains(FormatException.Failure.TOO_LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-9", "bytes=5-", "bytes=-5", "bytes=100-"})
  void rangesAreRefused(String range) {
    write(Format.V3, "range", Shape.bytes(100));
    ClavigerS3Exception e = refusal(ours, get("range").toBuilder().range(range).build());
    assertThat(e.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(e).hasMessageContaining("whole");
  }

  @Test
  void withoutTheKeyItIsRefused() {
    write(Format.V3, "k", Shape.bytes(100));
    try (Reads without =
        Kind.ASYNC.over(
            MockStore.endpoint(),
            connections,
            TestKeys.interceptor().httpClient(connections).build())) {
      assertThat(refusal(without, get("k")).failure()).isEqualTo(Failure.NOT_SEALED);
    }
  }
}
