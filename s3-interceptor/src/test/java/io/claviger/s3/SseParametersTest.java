package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.api.SseParameters;
import io.claviger.service.KmsServiceManager;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** SSE-S3, SSE-KMS and SSE-C as callers know them: what is honoured, reported, sent and refused. */
class SseParametersTest {
  private static final String SECRET = "plaintext that must not be found anywhere";

  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());

  @AfterEach
  void nothingLiesInTheClear() {
    store.objects.forEach(
        (name, stored) ->
            assertThat(new String(stored.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .as(name)
                .doesNotContain(SECRET));
    s3.close();
    store.close();
  }

  private PutObjectResponse put(Consumer<PutObjectRequest.Builder> more) {
    return put(s3, more);
  }

  private static PutObjectResponse put(S3Client client, Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket("b").key("k");
    more.accept(request);
    return client.putObject(request.build(), RequestBody.fromString(SECRET));
  }

  private static String get(S3Client client, Consumer<GetObjectRequest.Builder> more) {
    GetObjectRequest.Builder request = GetObjectRequest.builder().bucket("b").key("k");
    more.accept(request);
    return client.getObjectAsBytes(request.build()).asUtf8String();
  }

  private static S3Exception s3Refuses(int status, String code, ThrowingCallable call) {
    S3Exception e = catchThrowableOfType(S3Exception.class, call);
    assertThat(e).isNotNull();
    assertThat(e.statusCode()).isEqualTo(status);
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(e).hasMessageContaining("s3://b/k");
    return e;
  }

  private S3Exception putRefused(int status, String code, Consumer<PutObjectRequest.Builder> more) {
    int before = store.requests.size();
    S3Exception e = s3Refuses(status, code, () -> put(more));
    assertThat(store.requests).as("nothing was sent").hasSize(before);
    return e;
  }

  private boolean sentSse() {
    return store.requests.stream()
        .flatMap(r -> r.headers().keySet().stream())
        .anyMatch(n -> n.toLowerCase(Locale.ROOT).contains("server-side-encryption"));
  }

  @Test
  void aCustomersKeySealsOpensAndIsTold() {
    CustomersKey key = CustomersKey.of(1);
    PutObjectResponse stored = put(key::put);
    assertThat(stored.sseCustomerAlgorithm()).isEqualTo("AES256");
    assertThat(stored.sseCustomerKeyMD5()).isEqualTo(key.md5());
    assertThat(stored.serverSideEncryption()).isNull();
    assertThat(get(s3, key::get)).isEqualTo(SECRET);
    assertThat(get(s3, b -> key.get(b.range("bytes=10-13")))).isEqualTo(SECRET.substring(10, 14));
    var head =
        s3.headObject(
            b ->
                b.bucket("b")
                    .key("k")
                    .sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(key.key())
                    .sseCustomerKeyMD5(key.md5()));
    assertThat(head.contentLength()).isEqualTo(SECRET.length());
    assertThat(head.sseCustomerKeyMD5()).isEqualTo(key.md5());
    assertThat(sentSse()).as("the key was sent to the store").isFalse();
  }

  @Test
  void aWrongMissingOrSurplusCustomersKeyIsS3sOwnError() {
    put(CustomersKey.of(1)::put);
    int before = store.requests.size();
    s3Refuses(403, "AccessDenied", () -> get(s3, CustomersKey.of(2)::get));
    s3Refuses(400, "InvalidRequest", () -> get(s3, b -> {}));
    s3Refuses(400, "InvalidRequest", () -> s3.headObject(b -> b.bucket("b").key("k")));
    assertThat(store.requests).as("one request each").hasSize(before + 3);
    put(b -> {});
    s3Refuses(400, "InvalidRequest", () -> get(s3, CustomersKey.of(1)::get));
  }

  @Test
  void contradictionsAreS3sOwnErrors() {
    CustomersKey key = CustomersKey.of(1);
    String argument = "InvalidArgument";
    putRefused(400, argument, b -> b.sseCustomerAlgorithm("AES256"));
    putRefused(400, argument, b -> b.sseCustomerKey(key.key()).sseCustomerKeyMD5(key.md5()));
    putRefused(400, argument, b -> b.sseCustomerAlgorithm("AES256").sseCustomerKey(key.key()));
    putRefused(
        400,
        "InvalidEncryptionAlgorithmError",
        b -> {
          key.put(b);
          b.sseCustomerAlgorithm("AES128");
        });
    putRefused(
        400,
        argument,
        b -> {
          key.put(b);
          b.sseCustomerKeyMD5(CustomersKey.of(2).md5());
        });
    putRefused(
        400,
        argument,
        b -> {
          key.put(b);
          b.sseCustomerKey("AAAA");
        });
    putRefused(
        400,
        argument,
        b -> {
          key.put(b);
          b.sseCustomerKey("?");
        });
    putRefused(
        400,
        argument,
        b -> {
          key.put(b);
          b.serverSideEncryption("AES256");
        });
    putRefused(400, argument, b -> b.ssekmsKeyId(TestKeys.KEY));
    putRefused(400, argument, b -> b.serverSideEncryption("AES256").ssekmsKeyId(TestKeys.KEY));
    putRefused(400, argument, b -> b.serverSideEncryption("aws:kms").ssekmsEncryptionContext("!"));
  }

  @Test
  void unknownAndDisabledKeysAreS3sOwnErrorsWithOurAdvice() {
    String arn = "arn:aws:kms:eu-west-1:1:key/2";
    S3Exception unmapped =
        putRefused(
            400, "KMS.NotFoundException", b -> b.serverSideEncryption("aws:kms").ssekmsKeyId(arn));
    assertThat(unmapped).hasMessageContaining("option kmsKeyAlias");
    S3Exception unknown =
        putRefused(
            400,
            "KMS.NotFoundException",
            b -> b.serverSideEncryption("aws:kms").ssekmsKeyId("nobody-knows-it"));
    assertThat(unknown).hasMessageContaining("option kmsKeyAlias");
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "d");
    keys.manager().createKey("d");
    keys.manager().disableKey("d");
    S3Client disabled =
        Clients.with(
            store.endpoint(),
            ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).build());
    s3Refuses(400, "KMS.DisabledException", () -> put(disabled, b -> {}));
    S3Client mapped =
        Clients.with(
            store.endpoint(), TestKeys.interceptor().kmsKeyAlias(arn, TestKeys.OTHER_KEY).build());
    PutObjectResponse answer = put(mapped, b -> b.serverSideEncryption("aws:kms").ssekmsKeyId(arn));
    assertThat(answer.ssekmsKeyId()).isEqualTo(arn);
    assertThat(store.object("b/k").metadata())
        .containsEntry("x-amz-meta-claviger-key", TestKeys.OTHER_KEY);
  }

  @Test
  void whileTheKeyServiceIsDownNothingIsSentAndTheStatusIsS3s() {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), "d");
    keys.manager().createKey("d");
    S3Client client =
        Clients.with(
            store.endpoint(),
            ClavigerInterceptor.builder().provider(new ClavigerProvider(keys)).build());
    put(client, b -> {});
    keys.stop();
    int before = store.requests.size();
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> put(client, b -> {}));
    assertThat(e.failure()).isEqualTo(Failure.KEYS);
    assertThat(e.statusCode()).isEqualTo(503);
    assertThat(store.requests).hasSize(before);
  }

  /** Whether the object was sealed under a bucket key; for {@code aws:kms} the answers say so. */
  private boolean hasBucketKey(S3Client client, Consumer<PutObjectRequest.Builder> asked) {
    PutObjectResponse answer = put(client, asked);
    boolean used = store.object("b/k").metadata().containsKey("x-amz-meta-claviger-bk");
    assertThat(get(s3, b -> {})).isEqualTo(SECRET);
    boolean kms = answer.serverSideEncryption() == ServerSideEncryption.AWS_KMS;
    assertThat(Boolean.TRUE.equals(answer.bucketKeyEnabled())).isEqualTo(kms && used);
    Boolean ofHead = s3.headObject(b -> b.bucket("b").key("k")).bucketKeyEnabled();
    assertThat(Boolean.TRUE.equals(ofHead)).isEqualTo(kms && used);
    return used;
  }

  @Test
  void aBucketKeyIsUsedUnlessTheRequestOrTheOptionSaysNo() {
    EncryptionContext tenant = EncryptionContext.of(Map.of("tenant", "a"));
    assertThat(hasBucketKey(s3, b -> {})).isTrue();
    assertThat(hasBucketKey(s3, b -> b.serverSideEncryption("aws:kms"))).isTrue();
    assertThat(hasBucketKey(s3, b -> b.serverSideEncryption("aws:kms").bucketKeyEnabled(false)))
        .isFalse();
    assertThat(
            hasBucketKey(
                s3,
                b ->
                    b.overrideConfiguration(
                        c ->
                            c.putExecutionAttribute(RequestAttributes.ENCRYPTION_CONTEXT, tenant))))
        .as("with a context, which the bucket key then has too")
        .isTrue();
    S3Client never =
        Clients.with(store.endpoint(), TestKeys.interceptor().bucketKeys(false).build());
    assertThat(hasBucketKey(never, b -> {})).isFalse();
    assertThat(hasBucketKey(never, b -> b.serverSideEncryption("aws:kms").bucketKeyEnabled(true)))
        .isTrue();
  }

  @Test
  void eachModeSendsWhatItSays() {
    for (SseParameters mode : SseParameters.values()) {
      store.requests.clear();
      S3Client client =
          Clients.with(store.endpoint(), TestKeys.interceptor().sseParameters(mode).build());
      PutObjectResponse answer =
          put(client, b -> b.serverSideEncryption("aws:kms").ssekmsKeyId(TestKeys.OTHER_KEY));
      assertThat(sentSse()).as(mode.name()).isEqualTo(mode != SseParameters.CLIENT_SIDE);
      boolean honoured = mode != SseParameters.PASS_THROUGH;
      assertThat(store.object("b/k").metadata())
          .containsEntry("x-amz-meta-claviger-key", honoured ? TestKeys.OTHER_KEY : TestKeys.KEY);
      assertThat(answer.serverSideEncryption())
          .isEqualTo(honoured ? ServerSideEncryption.AWS_KMS : null);
      assertThat(get(client, b -> {})).isEqualTo(SECRET);
    }
  }

  @Test
  void copiesBetweenCustomersKeysChangeTheWrappingOnly() {
    String bucket = MockStore.bucket();
    S3Client client = MockStore.with(MockStore.interceptor().build());
    CustomersKey one = CustomersKey.of(1);
    CustomersKey two = CustomersKey.of(2);
    client.putObject(
        b -> {
          one.put(b);
          b.bucket(bucket).key("k");
        },
        RequestBody.fromString(SECRET));
    byte[] before = MockStore.stored(bucket, "k").asByteArray();
    Consumer<CopyObjectRequest.Builder> ontoItself =
        b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket).destinationKey("k");
    Consumer<CopyObjectRequest.Builder> fromOne =
        b ->
            b.copySourceSSECustomerAlgorithm("AES256")
                .copySourceSSECustomerKey(one.key())
                .copySourceSSECustomerKeyMD5(one.md5());
    S3Exception keyless =
        catchThrowableOfType(S3Exception.class, () -> client.copyObject(ontoItself));
    assertThat(keyless.statusCode()).isEqualTo(400);
    var answer =
        client.copyObject(
            ontoItself
                .andThen(fromOne)
                .andThen(
                    b ->
                        b.sseCustomerAlgorithm("AES256")
                            .sseCustomerKey(two.key())
                            .sseCustomerKeyMD5(two.md5())));
    assertThat(answer.sseCustomerKeyMD5()).isEqualTo(two.md5());
    assertThat(MockStore.stored(bucket, "k").asByteArray()).isEqualTo(before);
    Consumer<GetObjectRequest.Builder> object = b -> b.bucket(bucket).key("k");
    assertThat(get(client, b -> object.andThen(two::get).accept(b))).isEqualTo(SECRET);
    S3Exception old =
        catchThrowableOfType(
            S3Exception.class, () -> get(client, b -> object.andThen(one::get).accept(b)));
    assertThat(old.statusCode()).isEqualTo(403);
  }
}
