package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.Multipart.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * What a closing part states when the store reports wrong sizes, another client completes, or parts
 * were begun out of order (format 6.1): the object's length as parts sealed here prove it, or
 * nothing.
 */
class ClosingPartTest {
  private static final byte[] ONE = PutAndGetTest.bytes(LARGE + 300_000);
  private static final byte[] TWO = PutAndGetTest.bytes(LARGE + 5);
  private static final byte[] WHOLE = join(ONE, TWO, TWO);

  /** What a store that cuts the object reports of every part. */
  private static final long LISTED = Layout.storedBytes(LARGE);

  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());
  private final S3Client other = Clients.with(store.endpoint(), TestKeys.interceptor().build());
  private final Multipart upload = Multipart.create(s3, "b", "k");

  @AfterEach
  void stop() {
    s3.close();
    other.close();
    store.close();
  }

  private long closingOffset() {
    byte[] stored = store.object("b/k").bytes();
    byte[] closing =
        Arrays.copyOfRange(stored, stored.length - Layout.MIN_STORED_BYTES, stored.length);
    Preamble preamble = Preamble.decode(closing);
    assertThat(preamble.last()).isTrue();
    assertThat(preamble.plainBytes()).isZero();
    return preamble.offset();
  }

  /** Head, a range that ends with the object, a copy and the whole say the same. */
  private void assertWhole(byte[] plain) {
    store.uploads.listedSize = size -> size; // it reported other sizes once
    for (S3Client client : List.of(s3, other)) {
      assertThat(client.headObject(b -> b.bucket("b").key("k")).contentLength())
          .isEqualTo(plain.length);
      int from = plain.length - 10;
      assertThat(
              client
                  .getObjectAsBytes(b -> b.bucket("b").key("k").range("bytes=" + from + "-"))
                  .asByteArray())
          .isEqualTo(Arrays.copyOfRange(plain, from, plain.length));
      assertThat(client.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
          .isEqualTo(plain);
    }
    Multipart copy = Multipart.create(s3, "b", "copy");
    String eTag =
        s3.uploadPartCopy(
                b ->
                    b.sourceBucket("b")
                        .sourceKey("k")
                        .destinationBucket("b")
                        .destinationKey("copy")
                        .uploadId(copy.id)
                        .partNumber(1))
            .copyPartResult()
            .eTag();
    copy.complete(List.of(CompletedPart.builder().partNumber(1).eTag(eTag).build()));
    Rewrap.with(s3).object("b", "k", "b", "wrapped again");
    assertThat(other.headObject(b -> b.bucket("b").key("wrapped again")).contentLength())
        .isEqualTo(plain.length);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("copy")).asByteArray()).isEqualTo(plain);
  }

  @Test
  void statesTheLengthWhenEveryPartWasSealedHere() {
    upload.complete(upload.parts(ONE, TWO, TWO));
    assertThat(closingOffset()).isEqualTo(WHOLE.length);
    assertWhole(WHOLE);
  }

  @Test
  void aListThatContradictsALengthKnownHereIsRefusedAndTheUploadLeftAsItIs() {
    List<CompletedPart> parts = upload.parts(ONE, TWO, TWO);
    store.uploads.listedSize = size -> LISTED;
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> upload.complete(parts));
    assertThat(e.failure()).isEqualTo(ClavigerS3Exception.Failure.BAD_REQUEST);
    assertThat(e).hasMessageContaining("part 1 is listed with " + LARGE);
    assertThat(store.uploads.completed).isEmpty();
    store.uploads.listedSize = size -> size;
    upload.complete(parts);
    assertWhole(WHOLE);
  }

  @Test
  void aListThatContradictsPartsBegunOutOfOrderIsRefused() {
    List<CompletedPart> parts = new ArrayList<>();
    for (int number = 3; number >= 1; number--) {
      parts.add(0, upload.part(number, number == 1 ? ONE : TWO));
    }
    store.uploads.listedSize = size -> LISTED;
    ClavigerS3Exception e =
        catchThrowableOfType(ClavigerS3Exception.class, () -> upload.complete(parts));
    assertThat(e).hasMessageContaining("part 1 is listed with " + LARGE);
    store.uploads.listedSize = size -> size;
    upload.complete(parts);
    assertThat(closingOffset()).isEqualTo(WHOLE.length);
    assertWhole(WHOLE);
  }

  @Test
  void statesNothingWhenAnotherClientCompletes() {
    List<CompletedPart> parts = upload.parts(ONE, TWO, TWO);
    store.uploads.listedSize = size -> LISTED;
    upload.through(other).complete(parts);
    assertThat(closingOffset()).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertWhole(WHOLE);
  }

  @Test
  void statesNothingWhenPartsOfTwoClientsMeet() {
    List<CompletedPart> parts = upload.parts(ONE, TWO);
    parts.add(upload.through(other).part(3, TWO));
    store.uploads.listedSize = size -> size == Layout.storedBytes(ONE.length) ? size : LISTED + 5;
    upload.complete(parts);
    assertThat(closingOffset()).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertWhole(WHOLE);
  }

  @Test
  void statesNothingWhenTheListNamesAnotherETag() {
    List<CompletedPart> parts = new ArrayList<>(upload.parts(ONE, TWO, TWO));
    parts.set(2, upload.through(other).part(3, TWO));
    upload.complete(parts);
    assertThat(closingOffset()).isEqualTo(Preamble.OFFSET_UNKNOWN);
    assertWhole(WHOLE);
  }

  /** What an upload by a client that states no offset at all looks like. */
  @Test
  void anUploadOfManyClientsIsReadToo() {
    List<CompletedPart> parts = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      try (S3Client one = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
        parts.add(upload.through(one).part(number, number == 1 ? ONE : TWO));
      }
    }
    upload.through(other).complete(parts);
    assertWhole(WHOLE);
  }

  /** The second upload's closing part would be sealed with the first one's key. */
  @Test
  void twoUploadsThatTheStoreGivesOneIdAreTwo() {
    CustomersKey key = CustomersKey.of(5);
    Multipart first = customers("same", key);
    store.uploads.nextId = first.storeId();
    Multipart second = customers("same", key);
    assertThat(second.storeId()).isEqualTo(first.storeId());
    assertThat(second.id).isNotEqualTo(first.id);
    first.part(1, ONE, key);
    CompletedPart part = second.part(1, TWO, key);
    second.complete(List.of(part));
    assertThat(
            s3.getObjectAsBytes(
                    b -> {
                      b.bucket("b").key("same");
                      key.get(b);
                    })
                .asByteArray())
        .isEqualTo(TWO);
  }

  private Multipart customers(String object, CustomersKey key) {
    return Multipart.create(
        s3,
        "b",
        object,
        b ->
            b.sseCustomerAlgorithm("AES256")
                .sseCustomerKey(key.key())
                .sseCustomerKeyMD5(key.md5()));
  }
}
