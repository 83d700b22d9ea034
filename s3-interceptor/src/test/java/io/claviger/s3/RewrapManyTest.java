package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.s3.api.ClavigerS3Exception;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects of every kind: in parts and not, small and above the limit of one copy. */
class RewrapManyTest {
  private static final byte[] LARGE = PutAndGetTest.bytes(Multipart.LARGE);
  private static final byte[] SMALL = PutAndGetTest.bytes(70_000);

  private final String bucket = MockStore.bucket();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build());

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
  void objectsOfEveryKindAboveAndBelowTheLimit() {
    Map<String, byte[]> plain = putAll();
    Map<String, byte[]> stored = storedBytes(plain);
    Map<String, String> before = storedMetadata("p/multi");
    Rewrap rewrap = Rewrap.with(s3).toKey(TestKeys.OTHER_KEY).withLimits(5 << 20, 5 << 20);
    plain.keySet().forEach(key -> rewrap.object(bucket, key));
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
  void whereKeysAreNotToBeHadEachObjectIsRefusedAndLeft() {
    Map<String, byte[]> plain = putAll();
    S3Client picky =
        MockStore.with(MockStore.interceptor().trustedKeyIds(TestKeys.OTHER_KEY).build());
    Rewrap rewrap = Rewrap.with(picky).withLimits(5 << 20, 5 << 20);
    plain.forEach(
        (key, bytes) -> {
          assertThatThrownBy(() -> rewrap.object(bucket, key))
              .isInstanceOf(ClavigerS3Exception.class)
              .isNotInstanceOf(S3Exception.class)
              .hasMessageContaining("trustedKeyIds");
          assertThat(MockStore.get(s3, bucket, key)).isEqualTo(bytes);
        });
  }
}
