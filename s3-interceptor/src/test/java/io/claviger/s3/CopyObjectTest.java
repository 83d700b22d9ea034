package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.EncryptionContext;
import io.claviger.s3.api.ChangedMetadata;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

class CopyObjectTest {
  private static final byte[] PLAIN = PutAndGetTest.bytes(150_000);

  private final String from = MockStore.bucket();
  private final String to = MockStore.bucket();
  private final AtomicReference<SdkHttpRequest> sent = new AtomicReference<>();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build(), new Recording());

  /** Keeps what leaves: S3Mock does not set every header of a copy that a real store sets. */
  private final class Recording implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (context.request() instanceof CopyObjectRequest) {
        sent.set(context.httpRequest());
      }
    }
  }

  private String sent(String header) {
    return sent.get().firstMatchingHeader(header).orElse(null);
  }

  private void putSource() {
    s3.putObject(
        b ->
            b.bucket(from)
                .key("k")
                .cacheControl("max-age=7")
                .contentDisposition("attachment; filename=\"a b.txt\"")
                .contentEncoding("identity")
                .contentLanguage("de, en")
                .contentType("text/x-special; charset=utf-8")
                .expires(Instant.parse("2031-02-03T04:05:06Z"))
                .metadata(Map.of("mine", "one", "other-name", "two words"))
                .tagging("a=b&c=d"),
        RequestBody.fromBytes(PLAIN));
  }

  private CopyObjectResponse copy(S3Client client, Consumer<CopyObjectRequest.Builder> more) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket(from)
            .sourceKey("k")
            .destinationBucket(to)
            .destinationKey("new/k +ü");
    more.accept(request);
    return client.copyObject(request.build());
  }

  private HeadObjectResponse head(S3Client client, String bucket, String key) {
    return client.headObject(b -> b.bucket(bucket).key(key));
  }

  private void assertOpens(String bucket, String key) {
    assertThat(MockStore.get(s3, bucket, key)).isEqualTo(PLAIN);
    assertThat(MockStore.stored(bucket, key).asByteArray())
        .as("the bytes are the source's")
        .isEqualTo(MockStore.stored(from, "k").asByteArray());
  }

  @Test
  void aCopyOpensUnderItsNewNameAndKeepsEveryHeader() {
    putSource();
    CopyObjectResponse answer = copy(s3, b -> {});
    assertThat(answer.copyObjectResult().eTag())
        .isEqualTo(head(MockStore.PLAIN, to, "new/k +ü").eTag());
    assertThat(answer.serverSideEncryption()).isEqualTo(ServerSideEncryption.AES256);
    assertOpens(to, "new/k +ü");
    HeadObjectResponse source = head(s3, from, "k");
    HeadObjectResponse copied = head(s3, to, "new/k +ü");
    assertThat(copied.metadata()).isEqualTo(source.metadata()).hasSize(2);
    assertThat(copied.cacheControl()).isEqualTo("max-age=7");
    assertThat(copied.contentDisposition()).isEqualTo("attachment; filename=\"a b.txt\"");
    assertThat(copied.contentEncoding()).isEqualTo(source.contentEncoding()).contains("identity");
    assertThat(copied.contentLanguage()).isEqualTo("de, en");
    assertThat(copied.contentType()).isEqualTo(source.contentType());
    assertThat(sent("Content-Type")).isEqualTo(source.contentType()).contains("text/x-special");
    assertThat(sent("Cache-Control")).isEqualTo(source.cacheControl());
    assertThat(sent("Content-Disposition")).isEqualTo(source.contentDisposition());
    assertThat(sent("Content-Encoding")).isEqualTo(source.contentEncoding());
    assertThat(sent("Content-Language")).isEqualTo(source.contentLanguage());
    assertThat(sent("Expires")).isEqualTo(source.expiresString());
    assertThat(sent("x-amz-copy-source-if-match")).isEqualTo(source.eTag());
    assertThat(copied.expiresString()).isEqualTo(source.expiresString()).isNotNull();
    assertThat(copied.contentLength()).isEqualTo(PLAIN.length);
    assertThat(s3.getObjectTagging(b -> b.bucket(to).key("new/k +ü")).tagSet()).hasSize(2);
  }

  @Test
  void replacedMetadataReplacesTheCallersOnly() {
    putSource();
    copy(
        s3,
        b ->
            b.metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("new", "x"))
                .contentType("a/b"));
    S3Client warning = // S3Mock keeps the Content-Type of the source
        MockStore.with(MockStore.interceptor().metadata(ChangedMetadata.WARN).build());
    assertThat(MockStore.get(warning, to, "new/k +ü")).isEqualTo(PLAIN);
    HeadObjectResponse copied = head(warning, to, "new/k +ü");
    assertThat(copied.metadata()).isEqualTo(Map.of("new", "x"));
    assertThat(sent("Content-Type")).isEqualTo("a/b");
    assertThat(sent("Cache-Control")).isNull();
  }

  @Test
  void anObjectsOwnMetadataIsReplacedInPlace() {
    putSource();
    s3.copyObject(
        b ->
            b.sourceBucket(from)
                .sourceKey("k")
                .destinationBucket(from)
                .destinationKey("k")
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("edited", "yes")));
    assertThat(MockStore.get(s3, from, "k")).isEqualTo(PLAIN);
    assertThat(head(s3, from, "k").metadata()).isEqualTo(Map.of("edited", "yes"));
  }

  @Test
  void aCopyKeepsKeyAndContextAndTakesOthersWhenAsked() {
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "7"));
    s3.putObject(
        b ->
            b.bucket(from)
                .key("k")
                .overrideConfiguration(
                    c ->
                        c.putExecutionAttribute(ClavigerInterceptor.KEY_ID, TestKeys.OTHER_KEY)
                            .putExecutionAttribute(
                                ClavigerInterceptor.ENCRYPTION_CONTEXT, context)),
        RequestBody.fromBytes(PLAIN));
    CopyObjectResponse kept = copy(s3, b -> {});
    assertThat(kept.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
    assertThat(kept.ssekmsKeyId()).isEqualTo(TestKeys.OTHER_KEY);
    assertOpens(to, "new/k +ü");
    assertThat(MockStore.stored(to, "new/k +ü").response().metadata())
        .containsEntry("claviger-key", TestKeys.OTHER_KEY)
        .containsKey("claviger-ctx");
    CopyObjectResponse changed =
        copy(s3, b -> b.serverSideEncryption("aws:kms").ssekmsKeyId(TestKeys.KEY));
    assertThat(changed.ssekmsKeyId()).isEqualTo(TestKeys.KEY);
    assertOpens(to, "new/k +ü");
    assertThat(MockStore.stored(to, "new/k +ü").response().metadata())
        .containsEntry("claviger-key", TestKeys.KEY)
        .doesNotContainKey("claviger-ctx");
  }

  @Test
  void aCopyDuringAnOverwriteIsRefusedAndStoresNothing() {
    putSource();
    ExecutionInterceptor overwriting =
        new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(
              Context.BeforeTransmission context, ExecutionAttributes attributes) {
            if (context.request() instanceof CopyObjectRequest) {
              s3.putObject(b -> b.bucket(from).key("k"), RequestBody.fromString("newer"));
            }
          }
        };
    S3Client racing = MockStore.with(MockStore.interceptor().build(), overwriting);
    S3Exception e = catchThrowableOfType(S3Exception.class, () -> copy(racing, b -> {}));
    assertThat(e.statusCode()).isEqualTo(412);
    assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(to)).contents()).isEmpty();
    copy(s3, b -> {});
    assertThat(MockStore.get(s3, to, "new/k +ü")).asString().isEqualTo("newer");
  }

  @Test
  void conditionsOnTheSourceAreS3s() {
    putSource();
    String etag = head(s3, from, "k").eTag();
    copy(s3, b -> b.copySourceIfMatch(etag));
    S3Exception other =
        catchThrowableOfType(
            S3Exception.class, () -> copy(s3, b -> b.copySourceIfMatch("\"other\"")));
    assertThat(other.statusCode()).isEqualTo(412);
    S3Exception same =
        catchThrowableOfType(S3Exception.class, () -> copy(s3, b -> b.copySourceIfNoneMatch(etag)));
    assertThat(same.statusCode()).isEqualTo(412);
    S3Exception missing =
        catchThrowableOfType(S3Exception.class, () -> copy(s3, b -> b.sourceKey("missing")));
    assertThat(missing.statusCode()).isEqualTo(404);
  }
}
