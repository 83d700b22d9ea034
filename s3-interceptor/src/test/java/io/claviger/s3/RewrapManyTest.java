package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.api.ClavigerS3Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A prefix of objects of every kind: in parts and not, small and above the limit of one copy. */
class RewrapManyTest {
  private static final byte[] LARGE = PutAndGetTest.bytes(Multipart.LARGE);
  private static final byte[] SMALL = PutAndGetTest.bytes(70_000);

  private final String bucket = MockStore.bucket();
  private final List<Integer> pages = new ArrayList<>();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build(), new SmallPages());

  /** Makes pages of two keys, so that few objects are several pages. */
  private final class SmallPages implements ExecutionInterceptor {
    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
      if (context.request() instanceof ListObjectsV2Request list) {
        pages.add(pages.size());
        return list.toBuilder().maxKeys(2).build();
      }
      return context.request();
    }
  }

  private Map<String, byte[]> putAll() {
    Map<String, byte[]> plain = new TreeMap<>();
    for (String key : List.of("p/a", "p/b", "p/c +ü")) {
      s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(SMALL));
      plain.put(key, SMALL);
    }
    s3.putObject(b -> b.bucket(bucket).key("p/single"), RequestBody.fromBytes(LARGE));
    plain.put("p/single", LARGE);
    for (String key : List.of("p/multi", "p/multi one")) {
      Multipart upload = Multipart.create(s3, bucket, key, b -> b.metadata(Map.of("mine", "one")));
      boolean one = key.endsWith("one");
      upload.complete(one ? upload.parts(LARGE) : upload.parts(LARGE, LARGE, SMALL));
      plain.put(key, one ? LARGE : Multipart.join(LARGE, LARGE, SMALL));
    }
    return plain;
  }

  private Map<String, String> storedMetadata(String key) {
    return MockStore.stored(bucket, key).response().metadata();
  }

  private Map<String, byte[]> storedBytes(Map<String, byte[]> objects) {
    Map<String, byte[]> stored = new TreeMap<>();
    objects.keySet().forEach(k -> stored.put(k, MockStore.stored(bucket, k).asByteArray()));
    return stored;
  }

  @Test
  void aPrefixOfSeveralPagesWithObjectsAboveTheLimit() {
    Map<String, byte[]> plain = putAll();
    Map<String, byte[]> stored = storedBytes(plain);
    Map<String, String> before = storedMetadata("p/multi");
    List<String> done = new ArrayList<>();
    Rewrap rewrap = Rewrap.with(s3).toKey(TestKeys.OTHER_KEY).withLimits(5 << 20, 5 << 20);
    Rewrap.Result result = rewrap.prefix(bucket, "p/", null, p -> done.add(p.lastKey()));
    assertThat(result).isEqualTo(new Rewrap.Result(plain.size(), 0, 0));
    assertThat(done).containsExactlyElementsOf(plain.keySet());
    assertThat(pages).as("pages").hasSize(3);
    plain.forEach(
        (key, bytes) -> {
          assertThat(MockStore.get(s3, bucket, key)).as(key).isEqualTo(bytes);
          assertThat(MockStore.stored(bucket, key).asByteArray()).isEqualTo(stored.get(key));
          assertThat(storedMetadata(key)).containsEntry("claviger-key", TestKeys.OTHER_KEY);
        });
    assertThat(storedMetadata("p/multi"))
        .containsEntry("claviger", before.get("claviger"))
        .containsEntry("mine", "one");
    assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
  }

  @Test
  void aStopInTheMiddleOfAPageGoesOnAfterIt() {
    Map<String, byte[]> plain = putAll();
    List<String> keys = List.copyOf(plain.keySet());
    Rewrap rewrap = Rewrap.with(s3).toKey(TestKeys.OTHER_KEY);
    for (int stop = 0; stop < keys.size(); stop++) {
      List<String> done = new ArrayList<>();
      String after = stop == 0 ? null : keys.get(stop - 1);
      rewrap.prefix(bucket, "p/", after, p -> done.add(p.lastKey()));
      assertThat(done).isEqualTo(keys.subList(stop, keys.size()));
    }
  }

  @Test
  void whereKeysAreNotToBeHadEachObjectIsToldAndLeft() {
    Map<String, byte[]> plain = putAll();
    S3Client picky =
        MockStore.with(MockStore.interceptor().trustedKeyIds(TestKeys.OTHER_KEY).build());
    Rewrap rewrap = Rewrap.with(picky).withLimits(5 << 20, 5 << 20);
    List<Rewrap.Progress> reported = new ArrayList<>();
    Rewrap.Result result = rewrap.prefix(bucket, "p/", null, reported::add);
    assertThat(result).isEqualTo(new Rewrap.Result(0, 0, plain.size()));
    assertThat(reported)
        .allSatisfy(
            p ->
                assertThat(p.failure())
                    .isInstanceOf(ClavigerS3Exception.class)
                    .isNotInstanceOf(S3Exception.class)
                    .hasMessageContaining("trustedKeyIds"));
    plain.forEach((k, bytes) -> assertThat(MockStore.get(s3, bucket, k)).isEqualTo(bytes));
  }
}
