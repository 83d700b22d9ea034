package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.EncryptionContext;
import io.claviger.object.FormatException;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What each option and each encryption parameter does. */
class OptionsTest {
  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private static void put(S3Client client, Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket("b").key("k");
    more.accept(request);
    client.putObject(request.build(), RequestBody.fromString("text"));
  }

  private static String get(S3Client client) {
    return client.getObjectAsBytes(b -> b.bucket("b").key("k")).asUtf8String();
  }

  @Test
  void sseParametersAreHonouredHereAndNeverSentOn() {
    String context =
        Base64.getEncoder().encodeToString("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_8));
    var answer =
        s3.putObject(
            b ->
                b.bucket("b")
                    .key("k")
                    .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                    .ssekmsKeyId(TestKeys.OTHER_KEY)
                    .ssekmsEncryptionContext(context)
                    .bucketKeyEnabled(true),
            RequestBody.fromString("text"));
    assertThat(answer.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
    assertThat(answer.ssekmsKeyId()).isEqualTo(TestKeys.OTHER_KEY);
    assertThat(store.requests.get(0).headers().keySet())
        .noneMatch(n -> n.toLowerCase(java.util.Locale.ROOT).startsWith("x-amz-server-side"));
    assertThat(store.object("b/k").metadata())
        .containsEntry("x-amz-meta-claviger-key", TestKeys.OTHER_KEY)
        .containsEntry("x-amz-meta-claviger-ctx", context);
    var head = s3.headObject(b -> b.bucket("b").key("k"));
    assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
    assertThat(head.ssekmsKeyId()).isEqualTo(TestKeys.OTHER_KEY);
    assertThat(get(s3)).isEqualTo("text");
  }

  @Test
  void aStatedContextMustBeTheOneSealedWith() {
    EncryptionContext right = EncryptionContext.of(Map.of("tenant", "7"));
    put(
        s3,
        b ->
            b.overrideConfiguration(
                c ->
                    c.putExecutionAttribute(ClavigerInterceptor.ENCRYPTION_CONTEXT, right)
                        .putExecutionAttribute(ClavigerInterceptor.KEY_ID, TestKeys.OTHER_KEY)));
    assertThat(store.object("b/k").metadata())
        .containsEntry("x-amz-meta-claviger-key", TestKeys.OTHER_KEY);
    assertThat(get(s3)).isEqualTo("text");
    assertThat(getStating(right)).isEqualTo("text");
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> getStating(EncryptionContext.of(Map.of("tenant", "8"))));
    assertThat(e.formatFailure()).contains(FormatException.Failure.CONTEXT);
    assertThat(e.failure()).isEqualTo(Failure.POLICY);
  }

  private String getStating(EncryptionContext context) {
    return s3.getObjectAsBytes(
            b ->
                b.bucket("b")
                    .key("k")
                    .overrideConfiguration(
                        c ->
                            c.putExecutionAttribute(
                                ClavigerInterceptor.ENCRYPTION_CONTEXT, context)))
        .asUtf8String();
  }

  @Test
  void fewerNamesBoundThanDemandedIsRefused() {
    S3Client byBucket =
        Clients.with(store.endpoint(), TestKeys.interceptor().names(NameBinding.BUCKET).build());
    put(byBucket, b -> {});
    assertThat(get(byBucket)).isEqualTo("text");
    store.objects.put("/b/moved", store.object("b/k"));
    assertThat(byBucket.getObjectAsBytes(b -> b.bucket("b").key("moved")).asUtf8String())
        .isEqualTo("text");
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, () -> get(s3));
    assertThat(e.formatFailure()).contains(FormatException.Failure.NAMES_NOT_BOUND);
    store.objects.put("/other/k", store.object("b/k"));
    ClavigerS3Exception moved =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> byBucket.getObjectAsBytes(b -> b.bucket("other").key("k")));
    assertThat(moved.failure()).isEqualTo(Failure.NOT_AUTHENTIC);
    S3Client aliased =
        Clients.with(
            store.endpoint(),
            TestKeys.interceptor().names(NameBinding.BUCKET).bucketAlias("other", "b").build());
    assertThat(aliased.getObjectAsBytes(b -> b.bucket("other").key("k")).asUtf8String())
        .isEqualTo("text");
  }

  @Test
  void keysThatAreNotTrustedAreNotFollowed() {
    put(s3, b -> {});
    S3Client picky =
        Clients.with(
            store.endpoint(), TestKeys.interceptor().trustedKeyIds(TestKeys.OTHER_KEY).build());
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, () -> get(picky));
    assertThat(e.formatFailure()).contains(FormatException.Failure.UNTRUSTED_KEY);
    assertThat(e).hasMessageContaining("trustedKeyIds");
  }

  @Test
  void excludedBucketsAreLeftAlone() {
    S3Client client =
        Clients.with(store.endpoint(), TestKeys.interceptor().excludeBuckets("logs-*").build());
    client.putObject(b -> b.bucket("logs-1").key("k"), RequestBody.fromString("log"));
    assertThat(store.object("logs-1/k").bytes()).asString().isEqualTo("log");
    put(client, b -> {});
    assertThat(store.object("b/k").bytes()).asString().startsWith("CLVG");
    S3Client only =
        Clients.with(store.endpoint(), TestKeys.interceptor().includeBuckets("safe").build());
    only.putObject(b -> b.bucket("b").key("p"), RequestBody.fromString("log"));
    assertThat(store.object("b/p").bytes()).asString().isEqualTo("log");
  }

  @Test
  void plaintextObjectsAreReadWhereAllowed() {
    byte[] plain = PutAndGetTest.bytes(200_000);
    Clients.plain(store.endpoint())
        .putObject(b -> b.bucket("b").key("k"), RequestBody.fromBytes(plain));
    S3Client allowing =
        Clients.with(
            store.endpoint(),
            TestKeys.interceptor().plaintextObjects(PlaintextObjects.ALLOW).build());
    assertThat(allowing.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
        .isEqualTo(plain);
    for (int[] r : new int[][] {{0, 0}, {65530, 65540}, {131072, 150000}, {199999, 199999}}) {
      String range = "bytes=" + r[0] + "-" + r[1];
      var got = allowing.getObjectAsBytes(b -> b.bucket("b").key("k").range(range));
      assertThat(got.asByteArray()).isEqualTo(java.util.Arrays.copyOfRange(plain, r[0], r[1] + 1));
      assertThat(got.response().contentRange()).isEqualTo("bytes " + r[0] + "-" + r[1] + "/200000");
    }
    allowing.putObject(b -> b.bucket("b").key("s"), RequestBody.fromBytes(plain));
    var got = allowing.getObjectAsBytes(b -> b.bucket("b").key("s").range("bytes=131070-131075"));
    assertThat(got.asByteArray()).isEqualTo(java.util.Arrays.copyOfRange(plain, 131070, 131076));
  }
}
