package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.format.Preamble;
import io.claviger.s3.api.ListSizes;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.internal.wire.S3Errors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

class ListSizesTest {
  private static final Map<String, Integer> SIZES =
      Map.of(
          "empty",
          0,
          "one",
          1,
          "a b+c/ü&=%.txt",
          70_000,
          "below",
          (5 << 20) - 98 - 32 * 80 - 1,
          "at",
          (5 << 20) - 98 - 32 * 80,
          "above",
          (5 << 20) - 98 - 32 * 80 + 1,
          "large",
          6 << 20);

  private final String bucket = MockStore.bucket();

  private void putAll() {
    S3Client s3 = MockStore.with(MockStore.interceptor().build());
    SIZES.forEach(
        (key, size) ->
            s3.putObject(
                b -> b.bucket(bucket).key(key), RequestBody.fromBytes(PutAndGetTest.bytes(size))));
  }

  private static Map<String, Integer> sizes(List<S3Object> objects) {
    Map<String, Integer> sizes = new TreeMap<>();
    objects.forEach(o -> sizes.put(o.key(), o.size().intValue()));
    return sizes;
  }

  private Map<String, Integer> list(S3Client s3) {
    return sizes(s3.listObjectsV2(b -> b.bucket(bucket)).contents());
  }

  /** Counts the interceptor's own requests for objects. */
  private static final class Counting implements ExecutionInterceptor {
    final AtomicInteger reads = new AtomicInteger();

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (context.request() instanceof GetObjectRequest) {
        reads.incrementAndGet();
      }
    }
  }

  @Test
  void everyListingTellsPlaintextSizes() {
    putAll();
    Counting counting = new Counting();
    S3Client asking = MockStore.with(counting);
    S3Client s3 = MockStore.with(MockStore.interceptor().subRequestClient(asking).build());
    assertThat(list(s3)).isEqualTo(SIZES);
    assertThat(counting.reads).as("objects of 5 MiB stored and more").hasValue(3);
    assertThat(list(s3)).isEqualTo(SIZES);
    assertThat(sizes(s3.listObjects(b -> b.bucket(bucket)).contents())).isEqualTo(SIZES);
    assertThat(counting.reads).as("kept by ETag").hasValue(3);
    for (ObjectVersion v : s3.listObjectVersions(b -> b.bucket(bucket)).versions()) {
      assertThat(v.size().intValue()).as(v.key()).isEqualTo(SIZES.get(v.key()));
    }
    assertThat(
            sizes(
                s3.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(2)).contents().stream()
                    .toList()))
        .isEqualTo(SIZES);
  }

  @Test
  void arithmeticAsksNobodyAndOffTellsStoredSizes() {
    putAll();
    Counting counting = new Counting();
    S3Client asking = MockStore.with(counting);
    Map<String, Integer> stored = list(MockStore.PLAIN);
    S3Client arithmetic =
        MockStore.with(
            MockStore.interceptor()
                .subRequestClient(asking)
                .listSizes(ListSizes.ARITHMETIC)
                .build());
    Map<String, Integer> reported = list(arithmetic);
    SIZES.forEach(
        (key, size) ->
            assertThat(reported.get(key))
                .as(key)
                .isEqualTo(stored.get(key) < 5 << 20 ? size : stored.get(key)));
    S3Client off =
        MockStore.with(
            MockStore.interceptor().subRequestClient(asking).listSizes(ListSizes.OFF).build());
    assertThat(list(off)).isEqualTo(stored);
    assertThat(counting.reads).hasValue(0);
  }

  /** Counts listings and the requests for objects besides. */
  private static final class Listings implements ExecutionInterceptor {
    final AtomicInteger lists = new AtomicInteger();

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (context.request() instanceof ListObjectsV2Request) {
        lists.incrementAndGet();
      }
    }
  }

  @Test
  void asynchronousClientsGetTheSameSizesAndListAPageOnce() {
    putAll();
    Listings listings = new Listings();
    Counting counting = new Counting();
    S3Client asking = MockStore.with(counting, listings);
    ClavigerInterceptor interceptor = MockStore.interceptor().subRequestClient(asking).build();
    try (S3AsyncClient s3 =
        S3AsyncClient.builder()
            .endpointOverride(MockStore.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .overrideConfiguration(
                c -> c.addExecutionInterceptor(interceptor).addExecutionInterceptor(listings))
            .build()) {
      for (int i = 0; i < 2; i++) {
        assertThat(sizes(s3.listObjectsV2(b -> b.bucket(bucket)).join().contents()))
            .isEqualTo(SIZES);
      }
      assertThat(listings.lists).as("one for each page").hasValue(2);
      assertThat(counting.reads).as("and one for each large object").hasValue(3);
      assertThat(sizes(s3.listObjects(b -> b.bucket(bucket)).join().contents())).isEqualTo(SIZES);
      for (ObjectVersion v : s3.listObjectVersions(b -> b.bucket(bucket)).join().versions()) {
        assertThat(v.size().intValue()).as(v.key()).isEqualTo(SIZES.get(v.key()));
      }
      assertThatThrownBy(() -> s3.listObjectsV2(b -> b.bucket(bucket + "-none")).join())
          .hasCauseInstanceOf(NoSuchBucketException.class);
    }
  }

  @Test
  void whatIsNotOursKeepsItsSizeAndIsCounted() {
    putAll();
    MockStore.PLAIN.putObject(
        b -> b.bucket(bucket).key("foreign"), RequestBody.fromBytes(PutAndGetTest.bytes(7)));
    MockStore.PLAIN.putObject(
        b -> b.bucket(bucket).key("foreign-large"),
        RequestBody.fromBytes(PutAndGetTest.bytes(6 << 20)));
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("dir/"), RequestBody.empty());
    ClavigerInterceptor interceptor = MockStore.interceptor().build();
    Map<String, Integer> reported = list(MockStore.with(interceptor));
    assertThat(reported).containsAllEntriesOf(SIZES);
    assertThat(reported).containsEntry("foreign", 7).containsEntry("foreign-large", 6 << 20);
    assertThat(reported).containsEntry("dir/", 0);
    assertThat(interceptor.unreadListSizes()).isEqualTo(2);
    ClavigerInterceptor allowing =
        MockStore.interceptor().plaintextObjects(PlaintextObjects.ALLOW).build();
    assertThat(list(MockStore.with(allowing))).isEqualTo(reported);
    assertThat(allowing.unreadListSizes()).isZero();
  }

  /** Answers as S3 does for objects that are archived or not this caller's to read. */
  private static final class Denying implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      throw S3Errors.of(403, "AccessDenied", "", "not yours to read");
    }
  }

  @Test
  void whatMayNotBeReadKeepsItsSizeAndIsCounted() {
    putAll();
    ClavigerInterceptor interceptor =
        MockStore.interceptor().subRequestClient(MockStore.with(new Denying())).build();
    Map<String, Integer> reported = list(MockStore.with(interceptor));
    Map<String, Integer> stored = list(MockStore.PLAIN);
    SIZES.forEach(
        (key, size) ->
            assertThat(reported)
                .containsEntry(key, stored.get(key) < 5 << 20 ? size : stored.get(key)));
    assertThat(interceptor.unreadListSizes()).isEqualTo(3);
  }

  /** Two parts of 6 MiB with a closing part that states {@code states}. */
  private void putClosed(String key, long states) {
    int part = 6 << 20;
    SealedParts object =
        SealedParts.closedBy(
            bucket,
            key,
            PutAndGetTest.bytes(2 * part),
            new int[] {part, part},
            number -> true,
            states);
    MockStore.PLAIN.putObject(
        b -> b.bucket(bucket).key(key).metadata(object.metadata()),
        RequestBody.fromBytes(object.body()));
  }

  @Test
  void whatAClosingPartStatesIsNoSizeWhereThePartBeforeItContradicts() {
    putClosed("right", 12 << 20);
    putClosed("unknown", Preamble.OFFSET_UNKNOWN);
    putClosed("wrong", 10 << 20);
    int stored = list(MockStore.PLAIN).get("wrong");
    ClavigerInterceptor interceptor = MockStore.interceptor().build();
    assertThat(list(MockStore.with(interceptor)))
        .isEqualTo(Map.of("right", 12 << 20, "unknown", 12 << 20, "wrong", stored));
    assertThat(interceptor.unreadListSizes()).isEqualTo(1);
  }
}
