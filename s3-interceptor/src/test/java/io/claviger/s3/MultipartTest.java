package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.Multipart.SMALL;
import static io.claviger.s3.Multipart.join;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.Preamble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Multipart uploads of the synchronous client against a server that knows nothing of us. */
class MultipartTest {
  private final String bucket = MockStore.bucket();
  private final S3Client s3 = MockStore.with(MockStore.interceptor().build());

  @AfterEach
  void stop() {
    s3.close();
  }

  private void assertObject(byte[] plain) {
    var stored = MockStore.stored(bucket, "k");
    assertThat(MockStore.get(s3, bucket, "k")).isEqualTo(plain);
    assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).contentLength())
        .isEqualTo(plain.length);
    assertThat(stored.asByteArray()).startsWith('C', 'L', 'V', 'G');
    assertThat(stored.response().metadata()).containsEntry("claviger", "1;multi;names=object");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, SMALL, LARGE, LARGE + 1, 5 << 20})
  void onePart(int size) {
    byte[] plain = bytes(size);
    Multipart upload = Multipart.create(s3, bucket, "k");
    upload.complete(upload.parts(plain), b -> b.mpuObjectSize((long) size));
    assertObject(plain);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 65_535, 65_536, 65_537, SMALL, LARGE, (5 << 20) - 1, 5 << 20, (5 << 20) + 1})
  void threePartsWhoseLastHas(int size) {
    byte[] one = bytes(5 << 20);
    byte[] two = bytes(LARGE);
    byte[] three = bytes(size);
    Multipart upload = Multipart.create(s3, bucket, "k", b -> b.metadata(Map.of("author", "a")));
    upload.complete(upload.parts(one, two, three), b -> b.mpuObjectSize((5L << 20) + LARGE + size));
    assertObject(join(one, two, three));
    int last = MockStore.stored(bucket, "k").asByteArray().length;
    assertThat(last).isGreaterThan((5 << 20) + LARGE + size);
    assertThat(MockStore.stored(bucket, "k").response().metadata()).containsEntry("author", "a");
  }

  @Test
  void partsInOrderStateTheirOffsetAndOthersDoNot() {
    byte[][] plain = {bytes(LARGE), bytes(LARGE + 7), bytes(9)};
    Multipart upload = Multipart.create(s3, bucket, "k");
    upload.complete(upload.parts(plain));
    byte[] stored = MockStore.stored(bucket, "k").asByteArray();
    int second = 5 << 20;
    assertThat(preamble(stored, 0)).isEqualTo(new Preamble(false, 1, LARGE, 0));
    assertThat(preamble(stored, second)).isEqualTo(new Preamble(false, 2, LARGE + 7, LARGE));
    Multipart backwards = Multipart.create(s3, bucket, "k");
    CompletedPart last = backwards.part(3, plain[2]);
    CompletedPart middle = backwards.part(2, plain[1]);
    backwards.complete(List.of(backwards.part(1, plain[0]), middle, last));
    assertObject(join(plain));
    stored = MockStore.stored(bucket, "k").asByteArray();
    assertThat(preamble(stored, second).offset()).isEqualTo(Preamble.OFFSET_UNKNOWN);
  }

  private static Preamble preamble(byte[] stored, int at) {
    return Preamble.decode(Arrays.copyOfRange(stored, at, at + Preamble.BYTES));
  }

  @Test
  void partsAtOnceInAnyOrderFromTwoProcesses() throws Exception {
    try (S3Client other = MockStore.with(MockStore.interceptor().build())) {
      Multipart upload = Multipart.create(s3, bucket, "k");
      List<byte[]> plain = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        plain.add(bytes(LARGE + 1000 * i));
      }
      List<Integer> numbers = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6));
      Collections.reverse(numbers);
      ExecutorService threads = Executors.newFixedThreadPool(3);
      List<Future<CompletedPart>> sent = new ArrayList<>();
      for (int number : numbers) {
        Multipart half = upload.through(number % 2 == 0 ? s3 : other);
        sent.add(threads.submit(() -> half.part(number, plain.get(number - 1))));
      }
      CompletedPart[] parts = new CompletedPart[6];
      for (Future<CompletedPart> part : sent) {
        parts[part.get().partNumber() - 1] = part.get();
      }
      threads.shutdown();
      upload.through(other).complete(List.of(parts));
      assertObject(join(plain.toArray(new byte[0][])));
    }
  }

  @Test
  void aPartUploadedAgainCounts() {
    byte[] one = bytes(LARGE);
    Multipart upload = Multipart.create(s3, bucket, "k");
    upload.part(1, one);
    List<CompletedPart> parts = upload.parts(one, bytes(10));
    upload.complete(parts);
    assertObject(join(one, bytes(10)));
  }

  @Test
  void oneConnectionIsEnough() {
    try (S3Client narrow =
        Clients.builder(MockStore.endpoint(), ApacheHttpClient.builder().maxConnections(1).build())
            .overrideConfiguration(c -> c.addExecutionInterceptor(TestKeys.interceptor().build()))
            .build()) {
      byte[] one = bytes(LARGE);
      Multipart upload = Multipart.create(narrow, bucket, "k");
      upload.complete(upload.parts(one, one));
      assertObject(join(one, one));
    }
  }

  @Test
  void listPartsTellsPlaintextSizesAndNoClosingPart() {
    Multipart upload = Multipart.create(s3, bucket, "k");
    List<CompletedPart> parts = upload.parts(bytes(LARGE), bytes(LARGE + 5));
    MockStore.PLAIN.uploadPart(
        b -> b.bucket(bucket).key("k").uploadId(upload.storeId()).partNumber(3),
        RequestBody.fromBytes(new byte[130]));
    for (String id : List.of(upload.id, upload.storeId())) {
      var listed = s3.listParts(b -> b.bucket(bucket).key("k").uploadId(id));
      assertThat(listed.uploadId()).isEqualTo(id);
      assertThat(listed.parts()).extracting(Part::partNumber).containsExactly(1, 2);
      assertThat(listed.parts()).extracting(Part::size).containsExactly((long) LARGE, LARGE + 5L);
      assertThat(listed.parts().get(0).eTag()).isEqualTo(parts.get(0).eTag());
    }
    upload.complete(parts);
    assertObject(join(bytes(LARGE), bytes(LARGE + 5)));
  }

  @Test
  void anUploadIsAbortedByEitherId() {
    Multipart one = Multipart.create(s3, bucket, "k");
    Multipart two = Multipart.create(s3, bucket, "k");
    assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads())
        .extracting(MultipartUpload::uploadId)
        .containsExactlyInAnyOrder(one.storeId(), two.storeId());
    one.abort();
    two.withId(two.storeId()).abort();
    assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
    assertThat(catchThrowableOfType(S3Exception.class, () -> one.part(1, bytes(1))).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aMissingUploadGetsTheStoresOwnAnswer() {
    Multipart upload = Multipart.create(s3, bucket, "k");
    List<CompletedPart> parts = upload.parts(bytes(3));
    upload.abort();
    S3Exception e = catchThrowableOfType(S3Exception.class, () -> upload.complete(parts));
    assertThat(e).isInstanceOf(NoSuchUploadException.class);
  }

  @Test
  void answersTellWhatTheObjectIsSealedWith() {
    var created =
        s3.createMultipartUpload(
            b -> b.bucket(bucket).key("k").serverSideEncryption("aws:kms").ssekmsKeyId("key-2"));
    assertThat(created.serverSideEncryptionAsString()).isEqualTo("aws:kms");
    assertThat(created.ssekmsKeyId()).isEqualTo("key-2");
    var part =
        s3.uploadPart(
            b -> b.bucket(bucket).key("k").uploadId(created.uploadId()).partNumber(1),
            RequestBody.fromString("a"));
    assertThat(part.ssekmsKeyId()).isEqualTo("key-2");
    var completed =
        s3.completeMultipartUpload(
            b ->
                b.bucket(bucket)
                    .key("k")
                    .uploadId(created.uploadId())
                    .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(part.eTag()))));
    assertThat(completed.ssekmsKeyId()).isEqualTo("key-2");
    assertThat(MockStore.stored(bucket, "k").response().serverSideEncryption()).isNull();
    assertObject(new byte[] {'a'});
  }

  @Test
  void aCustomersKeyIsNotNeededToComplete() {
    CustomersKey customer = CustomersKey.of(7);
    String id =
        s3.createMultipartUpload(
                b ->
                    b.bucket(bucket)
                        .key("k")
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(customer.key())
                        .sseCustomerKeyMD5(customer.md5()))
            .uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int number = 1; number <= 2; number++) {
      int part = number;
      String eTag =
          s3.uploadPart(
                  b ->
                      b.bucket(bucket)
                          .key("k")
                          .uploadId(id)
                          .partNumber(part)
                          .sseCustomerAlgorithm("AES256")
                          .sseCustomerKey(customer.key())
                          .sseCustomerKeyMD5(customer.md5()),
                  RequestBody.fromBytes(bytes(LARGE)))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(part).eTag(eTag).build());
    }
    assertThat(
            catchThrowableOfType(
                    S3Exception.class,
                    () ->
                        s3.uploadPart(
                            b -> b.bucket(bucket).key("k").uploadId(id).partNumber(3),
                            RequestBody.fromString("a")))
                .statusCode())
        .isEqualTo(400);
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key("k").uploadId(id).multipartUpload(m -> m.parts(parts)));
    var stored = MockStore.stored(bucket, "k");
    assertThat(stored.response().metadata()).containsEntry("claviger-sse", "customer");
    byte[] opened =
        s3.getObjectAsBytes(
                b -> {
                  customer.get(b);
                  b.bucket(bucket).key("k");
                })
            .asByteArray();
    assertThat(opened).isEqualTo(join(bytes(LARGE), bytes(LARGE)));
  }
}
