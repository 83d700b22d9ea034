package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.object.NameBinding;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.PlaintextObjects;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Copies of objects that were uploaded in parts: the envelope changes, the parts stay. */
class CopyMultipartTest {
  private static final byte[] ONE = PutAndGetTest.bytes(Multipart.LARGE);
  private static final byte[] TWO = PutAndGetTest.bytes(70_000);
  private static final byte[] PLAIN = Multipart.join(ONE, TWO);

  private final String from = MockStore.bucket();
  private final String to = MockStore.bucket();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build());

  private void putSource(S3Client client, Consumer<CreateMultipartUploadRequest.Builder> more) {
    Multipart upload =
        Multipart.create(
            client,
            from,
            "k",
            b -> more.accept(b.metadata(Map.of("mine", "one")).contentLanguage("de")));
    upload.complete(upload.parts(ONE, TWO));
  }

  private CopyObjectRequest request(Consumer<CopyObjectRequest.Builder> more) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket(from)
            .sourceKey("k")
            .destinationBucket(to)
            .destinationKey("c");
    more.accept(request);
    return request.build();
  }

  private void copy(S3Client client, Consumer<CopyObjectRequest.Builder> more) {
    client.copyObject(request(more));
  }

  private static Map<String, String> envelope(String bucket, String key) {
    return MockStore.stored(bucket, key).response().metadata();
  }

  @Test
  void aCopyOpensUnderItsNewNameAndTheBytesStay() {
    putSource(s3, b -> {});
    byte[] stored = MockStore.stored(from, "k").asByteArray();
    copy(s3, b -> {});
    assertThat(MockStore.get(s3, to, "c")).isEqualTo(PLAIN);
    assertThat(MockStore.stored(to, "c").asByteArray()).isEqualTo(stored);
    assertThat(envelope(to, "c"))
        .containsEntry("claviger", "1;multi;names=object")
        .containsEntry("mine", "one")
        .doesNotContainKey("claviger-hdr");
    assertThat(MockStore.stored(to, "c").response().contentLanguage()).isEqualTo("de");
    copy(s3, b -> b.sourceBucket(to).sourceKey("c").destinationKey("copy of the copy"));
    assertThat(MockStore.get(s3, to, "copy of the copy")).isEqualTo(PLAIN);
  }

  @Test
  void metadataIsReplacedInPlace() {
    putSource(s3, b -> {});
    copy(
        s3,
        b ->
            b.destinationBucket(from)
                .destinationKey("k")
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("edited", "yes")));
    assertThat(MockStore.get(s3, from, "k")).isEqualTo(PLAIN);
    assertThat(envelope(from, "k")).containsEntry("edited", "yes").doesNotContainKey("mine");
  }

  @Test
  void anotherMasterKeyAndBoundNames() {
    S3Client byBucket = MockStore.with(MockStore.interceptor().names(NameBinding.BUCKET).build());
    putSource(byBucket, b -> {});
    copy(byBucket, b -> b.serverSideEncryption("aws:kms").ssekmsKeyId(TestKeys.OTHER_KEY));
    assertThat(envelope(to, "c"))
        .containsEntry("claviger", "1;multi;names=bucket")
        .containsEntry("claviger-key", TestKeys.OTHER_KEY);
    assertThat(MockStore.get(byBucket, to, "c")).isEqualTo(PLAIN);
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> copy(s3, b -> {}));
    assertThat(e.formatFailure()).contains(FormatException.Failure.NAMES_NOT_BOUND);
  }

  @Test
  void anotherCustomersKey() {
    CustomersKey one = CustomersKey.of(1);
    CustomersKey two = CustomersKey.of(2);
    Multipart upload =
        Multipart.create(
            s3,
            from,
            "k",
            b ->
                b.sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(one.key())
                    .sseCustomerKeyMD5(one.md5()));
    var part =
        s3.uploadPart(
            b ->
                b.bucket(from)
                    .key("k")
                    .uploadId(upload.id)
                    .partNumber(1)
                    .sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(one.key())
                    .sseCustomerKeyMD5(one.md5()),
            RequestBody.fromBytes(TWO));
    upload.complete(
        List.of(
            software.amazon.awssdk.services.s3.model.CompletedPart.builder()
                .partNumber(1)
                .eTag(part.eTag())
                .build()));
    copy(
        s3,
        b ->
            b.copySourceSSECustomerAlgorithm("AES256")
                .copySourceSSECustomerKey(one.key())
                .copySourceSSECustomerKeyMD5(one.md5())
                .sseCustomerAlgorithm("AES256")
                .sseCustomerKey(two.key())
                .sseCustomerKeyMD5(two.md5()));
    GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(to).key("c");
    two.get(get);
    assertThat(s3.getObjectAsBytes(get.build()).asByteArray()).isEqualTo(TWO);
  }

  @Test
  void bytesThatAreNotTheEnvelopesAreNotCopied() {
    putSource(s3, b -> {});
    String mine = MockStore.bucket();
    Multipart other = Multipart.create(s3, from, "other");
    other.complete(other.parts(TWO));
    MockStore.PLAIN.putObject(
        b -> b.bucket(from).key("k").metadata(envelope(from, "k")),
        RequestBody.fromBytes(MockStore.stored(from, "other").asByteArray()));
    for (Consumer<CopyObjectRequest.Builder> copy :
        List.<Consumer<CopyObjectRequest.Builder>>of(
            b -> b.destinationBucket(mine),
            b -> b.destinationBucket(mine).metadataDirective(MetadataDirective.REPLACE))) {
      ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, () -> copy(s3, copy));
      assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.NOT_AUTHENTIC);
      assertThat(e.formatFailure()).contains(FormatException.Failure.HEADER_TAG);
    }
    assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(mine)).contents()).isEmpty();
  }

  @Test
  void plaintextInPartsIsSealedWhereItIsAllowed() {
    byte[] large = PutAndGetTest.bytes(5 << 20);
    Multipart upload = Multipart.create(MockStore.PLAIN, from, "k");
    upload.complete(upload.parts(large, TWO));
    S3Client allowing =
        MockStore.with(MockStore.interceptor().plaintextObjects(PlaintextObjects.ALLOW).build());
    copy(allowing, b -> {});
    assertThat(envelope(to, "c")).containsEntry("claviger", "1;single;names=object");
    assertThat(MockStore.get(s3, to, "c")).isEqualTo(Multipart.join(large, TWO));
  }

  /** Overwrites the source before the request whose number among the copy's own is given. */
  private final class Overwriting implements ExecutionInterceptor {
    private final AtomicInteger requests = new AtomicInteger();
    private final int before;

    Overwriting(int before) {
      this.before = before;
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (requests.incrementAndGet() == before) {
        Multipart newer = Multipart.create(s3, from, "k");
        newer.complete(newer.parts(TWO));
      }
    }
  }

  @Test
  void anOverwriteBetweenAnyTwoRequestsIsA412() {
    for (int before : new int[] {2, 3}) {
      putSource(s3, b -> {});
      Overwriting overwriting = new Overwriting(before);
      S3Client asking = MockStore.with(overwriting);
      S3Client racing =
          MockStore.with(MockStore.interceptor().subRequestClient(asking).build(), overwriting);
      S3Exception e = catchThrowableOfType(S3Exception.class, () -> copy(racing, b -> {}));
      assertThat(e.statusCode()).as("before request %d", before).isEqualTo(412);
      assertThat(MockStore.PLAIN.listObjectsV2(b -> b.bucket(to)).contents()).isEmpty();
    }
  }
}
