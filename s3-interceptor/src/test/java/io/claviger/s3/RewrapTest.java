package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.EncryptionContext;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

class RewrapTest {
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "7"));

  private final String bucket = MockStore.bucket();
  private final List<Class<?>> bodies = new ArrayList<>();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build(), new Watching());

  /** Keeps the kinds of requests that carry object bytes, and of copies. */
  private final class Watching implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      Object request = context.request();
      if (request instanceof PutObjectRequest
          || request instanceof GetObjectRequest
          || request instanceof CopyObjectRequest
          || request instanceof UploadPartCopyRequest) {
        bodies.add(request.getClass());
      }
    }
  }

  private void put(String key, byte[] plain) {
    s3.putObject(
        b ->
            b.bucket(bucket)
                .key(key)
                .contentLanguage("de")
                .metadata(Map.of("mine", key.replace('/', '-')))
                .tagging("a=b")
                .overrideConfiguration(
                    c -> c.putExecutionAttribute(ClavigerInterceptor.ENCRYPTION_CONTEXT, CONTEXT)),
        RequestBody.fromBytes(plain));
  }

  private Map<String, String> storedMetadata(String key) {
    return MockStore.stored(bucket, key).response().metadata();
  }

  private void assertKept(String key, byte[] plain, byte[] storedBefore) {
    assertThat(MockStore.get(s3, bucket, key)).isEqualTo(plain);
    assertThat(MockStore.stored(bucket, key).asByteArray()).isEqualTo(storedBefore);
    var head = s3.headObject(b -> b.bucket(bucket).key(key));
    assertThat(head.metadata()).hasSize(1).containsKey("mine");
    assertThat(head.contentLanguage()).isEqualTo("de");
    assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key(key)).tagSet()).hasSize(1);
  }

  @Test
  void aNewVersionOfTheMasterKeyWrapsAnew() {
    byte[] plain = PutAndGetTest.bytes(70_000);
    put("k", plain);
    Map<String, String> before = storedMetadata("k");
    byte[] stored = MockStore.stored(bucket, "k").asByteArray();
    TestKeys.provider().serviceManager().manager().rotateKey(TestKeys.KEY);
    bodies.clear();
    Rewrap.with(s3).object(bucket, "k");
    assertThat(bodies).containsExactly(CopyObjectRequest.class);
    Map<String, String> after = storedMetadata("k");
    assertThat(after.get("claviger-dek")).isNotEqualTo(before.get("claviger-dek"));
    assertThat(version(after)).isEqualTo(version(before) + 1);
    assertThat(after.get("claviger-key")).isEqualTo(before.get("claviger-key"));
    assertThat(after.get("claviger-ctx")).isEqualTo(before.get("claviger-ctx"));
    assertKept("k", plain, stored);
  }

  private static int version(Map<String, String> metadata) {
    byte[] blob = java.util.Base64.getDecoder().decode(metadata.get("claviger-bk"));
    return io.claviger.format.KeyWrap.versionOf(blob).number();
  }

  @Test
  void anotherMasterKeyOrNameWrapsAnew() {
    byte[] plain = PutAndGetTest.bytes(70_000);
    put("k", plain);
    byte[] stored = MockStore.stored(bucket, "k").asByteArray();
    Rewrap.with(s3).toKey(TestKeys.OTHER_KEY).object(bucket, "k");
    assertThat(storedMetadata("k")).containsEntry("claviger-key", TestKeys.OTHER_KEY);
    assertThat(storedMetadata("k")).containsKey("claviger-ctx");
    assertKept("k", plain, stored);
    Rewrap.with(s3).object(bucket, "k", bucket, "renamed/k");
    assertKept("renamed/k", plain, stored);
    assertThat(storedMetadata("renamed/k")).containsEntry("claviger-key", TestKeys.OTHER_KEY);
  }

  @Test
  void anotherCustomersKeyWrapsAnew() {
    CustomersKey one = CustomersKey.of(1);
    CustomersKey two = CustomersKey.of(2);
    s3.putObject(
        b -> {
          one.put(b);
          b.bucket(bucket).key("c");
        },
        RequestBody.fromString("text"));
    byte[] stored = MockStore.stored(bucket, "c").asByteArray();
    java.util.Base64.Decoder base64 = java.util.Base64.getDecoder();
    Rewrap.with(s3)
        .toCustomerKey(base64.decode(one.key()), base64.decode(two.key()))
        .object(bucket, "c");
    GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(bucket).key("c");
    two.get(get);
    assertThat(s3.getObjectAsBytes(get.build()).asUtf8String()).isEqualTo("text");
    assertThat(MockStore.stored(bucket, "c").asByteArray()).isEqualTo(stored);
  }

  @Test
  void aboveTheLimitOfOneCopyStoredRangesAreCopied() {
    byte[] plain = PutAndGetTest.bytes((11 << 20) + 5);
    put("large", plain);
    byte[] stored = MockStore.stored(bucket, "large").asByteArray();
    bodies.clear();
    Rewrap.with(s3).withLimits(8 << 20, 5 << 20).toKey(TestKeys.OTHER_KEY).object(bucket, "large");
    assertThat(bodies).hasSize(3).containsOnly(UploadPartCopyRequest.class);
    assertThat(storedMetadata("large"))
        .containsEntry("claviger-key", TestKeys.OTHER_KEY)
        .containsEntry("claviger", "1;single;names=object");
    assertKept("large", plain, stored);
    Rewrap.with(s3).withLimits(8 << 20, 5 << 20).object(bucket, "large", bucket, "renamed");
    assertKept("renamed", plain, stored);
    assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
  }

  @Test
  void aPrefixIsDoneInOrderAndGoesOnWhereItStopped() {
    List<String> keys = IntStream.range(0, 7).mapToObj(i -> "p/" + i + " +ü").toList();
    keys.forEach(key -> put(key, PutAndGetTest.bytes(100)));
    put("q", PutAndGetTest.bytes(100));
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("p/plain"), RequestBody.fromString("x"));
    Rewrap rewrap = Rewrap.with(s3).toKey(TestKeys.OTHER_KEY);
    List<Rewrap.Progress> reported = new ArrayList<>();
    IllegalStateException stop = new IllegalStateException("stop");
    assertThatThrownBy(
            () ->
                rewrap.prefix(
                    bucket,
                    "p/",
                    null,
                    p -> {
                      reported.add(p);
                      if (reported.size() == 3) {
                        throw stop;
                      }
                    }))
        .isSameAs(stop);
    assertThat(reported).extracting(Rewrap.Progress::lastKey).isEqualTo(keys.subList(0, 3));
    Rewrap.Result rest = rewrap.prefix(bucket, "p/", reported.get(2).lastKey(), reported::add);
    assertThat(rest).isEqualTo(new Rewrap.Result(4, 1, 0));
    keys.forEach(
        key -> {
          assertThat(storedMetadata(key)).containsEntry("claviger-key", TestKeys.OTHER_KEY);
          assertThat(MockStore.get(s3, bucket, key)).isEqualTo(PutAndGetTest.bytes(100));
        });
    assertThat(storedMetadata("q")).containsEntry("claviger-key", TestKeys.KEY);
  }

  @Test
  void whatCannotBeDoneIsToldAndTheRestGoesOn() {
    put("a", PutAndGetTest.bytes(10));
    put("b", PutAndGetTest.bytes(10));
    MockStore.PLAIN.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey("a")
                .destinationBucket(bucket)
                .destinationKey("aa-moved"));
    List<Rewrap.Progress> reported = new ArrayList<>();
    Rewrap.Result result = Rewrap.with(s3).prefix(bucket, "", null, reported::add);
    assertThat(result).isEqualTo(new Rewrap.Result(2, 0, 1));
    assertThat(reported.get(1).lastKey()).isEqualTo("aa-moved");
    assertThat(reported.get(1).failure()).isInstanceOf(ClavigerS3Exception.class);
    assertThat(reported.get(2).failure()).isNull();
  }

  @Test
  void whatIsNotSealedIsRefusedAndSoIsAClientWithoutInterceptor() {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("plain"), RequestBody.fromString("x"));
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> Rewrap.with(s3).object(bucket, "plain"));
    assertThat(e.failure()).isEqualTo(Failure.NOT_SEALED);
    assertThatThrownBy(() -> Rewrap.with(MockStore.PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ClavigerInterceptor");
  }
}
