package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  void anotherContextTakesThePlaceOfTheWholeOne() {
    byte[] plain = PutAndGetTest.bytes(70_000);
    put("k", plain);
    byte[] stored = MockStore.stored(bucket, "k").asByteArray();
    EncryptionContext other = EncryptionContext.of(Map.of("team", "blue"));
    Rewrap.with(s3).toContext(other).object(bucket, "k");
    assertThat(context("k")).isEqualTo(other.canonicalBytes());
    assertKept("k", plain, stored);
    Rewrap.with(s3).toKey(TestKeys.OTHER_KEY).object(bucket, "k");
    assertThat(context("k")).as("stays").isEqualTo(other.canonicalBytes());
  }

  private byte[] context(String key) {
    return java.util.Base64.getDecoder().decode(storedMetadata(key).get("claviger-ctx"));
  }

  @Test
  void otherNamesAreBound() {
    byte[] plain = PutAndGetTest.bytes(100);
    put("k", plain);
    byte[] stored = MockStore.stored(bucket, "k").asByteArray();
    Rewrap.with(s3).toNames(NameBinding.BUCKET).object(bucket, "k");
    assertThat(storedMetadata("k")).containsEntry("claviger", "1;single;names=bucket");
    S3Client lenient = MockStore.with(MockStore.interceptor().names(NameBinding.BUCKET).build());
    Rewrap.with(lenient).toNames(NameBinding.OBJECT).object(bucket, "k");
    assertThat(storedMetadata("k")).containsEntry("claviger", "1;single;names=object");
    assertKept("k", plain, stored);
  }

  @Test
  void whatIsWantedOfAnObject() {
    Rewrap rewrap = Rewrap.with(s3);
    SealRequest kept = rewrap.wanted(bucket, "k", "its-key", CONTEXT);
    assertThat(kept.name()).isEqualTo(new ObjectName(bucket, "k"));
    assertThat(kept.keyId()).isEqualTo("its-key");
    assertThat(kept.context()).isEqualTo(CONTEXT);
    assertThat(kept.names()).isEqualTo(NameBinding.OBJECT);
    SealRequest other =
        rewrap
            .toKey(TestKeys.OTHER_KEY)
            .toContext(EncryptionContext.empty())
            .toNames(NameBinding.NONE)
            .wanted(bucket, "k", "its-key", CONTEXT);
    assertThat(other.keyId()).isEqualTo(TestKeys.OTHER_KEY);
    assertThat(other.context().isEmpty()).isTrue();
    assertThat(other.names()).isEqualTo(NameBinding.NONE);
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
