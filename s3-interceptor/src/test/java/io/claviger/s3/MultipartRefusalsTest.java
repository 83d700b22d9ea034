package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.encryption.ObjectName;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.multipart.ListUploadsExchange;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What would make an object that nobody can read is refused before it is sent. */
class MultipartRefusalsTest {
  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());
  private final S3Client plain = Clients.plain(store.endpoint());
  private final Multipart upload = Multipart.create(s3, "b", "k");

  @AfterEach
  void stop() {
    s3.close();
    plain.close();
    store.close();
  }

  /** Refused by us, with nothing completed and the upload left as it is. */
  private ClavigerS3Exception refused(ThrowingCallable call) {
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, call);
    assertThat(e).isNotNull();
    assertThat(e).hasMessageContaining("s3://b/");
    assertNothingCompleted();
    return e;
  }

  private S3Exception refusedAsS3Does(ThrowingCallable call) {
    S3Exception e = catchThrowableOfType(S3Exception.class, call);
    assertThat(e).isNotNull();
    assertNothingCompleted();
    return e;
  }

  private void assertNothingCompleted() {
    assertThat(store.uploads.completed).isEmpty();
    assertThat(store.objects).isEmpty();
    assertThat(store.uploads.open).containsKey(upload.storeId());
  }

  private int partsStored() {
    return store.uploads.open.get(upload.storeId()).parts().size();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "1", "10001", "%d"})
  void aListOfPartsThatDoesNotGoOnIsRefused(String next) {
    List<CompletedPart> parts = upload.parts(bytes(1));
    store.uploads.endlessMarker =
        next.isEmpty() ? "" : "<NextPartNumberMarker>" + next + "</NextPartNumberMarker>";
    ClavigerS3Exception e = refused(() -> upload.complete(parts));
    assertThat(e.failure()).isEqualTo(Failure.PROTOCOL);
    assertThat(e).hasMessageContaining("a truncated list of parts");
    assertThat(store.count("GET")).as("pages").isLessThanOrEqualTo(2);
  }

  /** What follows the caller's parts, and the one that closes the object, is not asked for. */
  @Test
  void noMorePagesThanTheCallerHasParts() {
    List<CompletedPart> parts = upload.parts(bytes(LARGE), bytes(LARGE), bytes(LARGE), bytes(1));
    for (int number = 5; number <= 20; number++) {
      upload.part(number, bytes(1));
    }
    upload.complete(parts);
    assertThat(store.count("GET")).as("pages of two parts each").isEqualTo(3);
  }

  @Test
  void aPageThatBeginsAgainIsRefused() {
    List<CompletedPart> parts = upload.parts(bytes(LARGE), bytes(LARGE), bytes(LARGE), bytes(1));
    store.uploads.beginsAgain = true;
    ClavigerS3Exception e = refused(() -> upload.complete(parts));
    assertThat(e.failure()).isEqualTo(Failure.PROTOCOL);
    assertThat(e).hasMessageContaining("a list of parts behind part 2 that has part 1");
  }

  @Test
  void aGapIsNamedAndTheUploadLeftIntact() {
    List<CompletedPart> parts = new ArrayList<>(upload.parts(bytes(LARGE), bytes(LARGE), bytes(1)));
    CompletedPart middle = parts.remove(1);
    assertThat(refused(() -> upload.complete(parts)))
        .hasMessageContaining("part 2 is missing")
        .hasMessageContaining("without gaps");
    CompletedPart first = parts.remove(0);
    assertThat(refused(() -> upload.complete(parts))).hasMessageContaining("part 1 is missing");
    upload.complete(List.of(first, middle, parts.get(0)));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
        .hasSize(2 * LARGE + 1);
  }

  @Test
  void aListOutOfOrderOrWithoutPartsIsAnsweredAsS3Does() {
    List<CompletedPart> parts = upload.parts(bytes(LARGE), bytes(1));
    CompletedPart first = parts.get(0);
    S3Exception order = refusedAsS3Does(() -> upload.complete(List.of(first, parts.get(1), first)));
    assertThat(order.awsErrorDetails().errorCode()).isEqualTo("InvalidPartOrder");
    S3Exception doubled =
        refusedAsS3Does(() -> upload.complete(List.of(parts.get(0), parts.get(0))));
    assertThat(doubled.awsErrorDetails().errorCode()).isEqualTo("InvalidPartOrder");
    S3Exception empty = refusedAsS3Does(() -> upload.complete(List.of()));
    assertThat(empty.awsErrorDetails().errorCode()).isEqualTo("MalformedXML");
  }

  @Test
  void aPartThatWasNotUploadedOrIsTooSmallIsAnsweredAsS3Does() {
    List<CompletedPart> parts = upload.parts(bytes(LARGE), bytes(Multipart.SMALL), bytes(1));
    S3Exception small = refusedAsS3Does(() -> upload.complete(parts));
    assertThat(small.awsErrorDetails().errorCode()).isEqualTo("EntityTooSmall");
    CompletedPart four = CompletedPart.builder().partNumber(2).eTag("\"x\"").build();
    Multipart other = Multipart.create(s3, "b", "k");
    S3Exception missing =
        catchThrowableOfType(
            S3Exception.class, () -> other.complete(List.of(other.part(1, bytes(LARGE)), four)));
    assertThat(missing.awsErrorDetails().errorCode()).isEqualTo("InvalidPart");
  }

  @Test
  void allPagesOfTheListAreRead() {
    List<CompletedPart> parts =
        upload.parts(bytes(LARGE), bytes(LARGE), bytes(LARGE), bytes(LARGE), bytes(LARGE));
    assertThat(refused(() -> upload.complete(parts.subList(0, 4))))
        .hasMessageContaining("part 5 was uploaded but is not listed");
    upload.complete(parts);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray()).hasSize(5 * LARGE);
  }

  @Test
  void theStoresOwnIdUploadsAndCompletesNothing() {
    Multipart bare = upload.withId(upload.storeId());
    assertThat(refused(() -> bare.part(1, bytes(1))))
        .hasMessageContaining("CreateMultipartUpload returned");
    assertThat(partsStored()).isZero();
    List<CompletedPart> parts = upload.parts(bytes(1));
    assertThat(refused(() -> bare.complete(parts))).hasMessageContaining("the store's own");
  }

  @Test
  void anIdOfAnotherObjectOrAChangedOneIsRefused() {
    String other = Multipart.create(s3, "b", "other").id;
    String foreign = upload.storeId() + other.substring(other.lastIndexOf(".claviger1."));
    assertThat(refused(() -> upload.withId(foreign).part(1, bytes(1))))
        .hasMessageContaining("another object");
    String cut = upload.id.substring(0, upload.id.length() - 3);
    assertThat(refused(() -> upload.withId(cut).part(1, bytes(1))))
        .hasMessageContaining("none that Claviger gave out");
    assertThat(partsStored()).isZero();
  }

  @Test
  void aStoreThatListsAnIdWithAKeyInItIsNotBelieved() {
    String made = "2~x" + upload.id.substring(upload.id.lastIndexOf(".claviger1."));
    Exchange listing =
        new ListUploadsExchange(
            new Exchange.Beginning(
                TestKeys.interceptor().build().settings(),
                "ListMultipartUploads",
                ListMultipartUploadsRequest.builder().bucket("b").build(),
                new ExecutionAttributes(),
                new ObjectName("b", ""),
                false));
    var answer =
        software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse.builder()
            .uploads(u -> u.uploadId(made))
            .build();
    var shown =
        (software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse)
            listing.modifyResponse(answer);
    assertThat(shown.uploads().get(0).uploadId()).isEqualTo("2~x");
  }

  @Test
  void aNumberUploadedAgainWithAnotherLengthIsRefused() {
    upload.part(1, bytes(LARGE));
    assertThat(refused(() -> upload.part(1, bytes(LARGE + 1))))
        .hasMessageContaining("part 1 was uploaded with " + LARGE + " bytes before");
    upload.complete(List.of(upload.part(1, bytes(LARGE))));
  }

  @Test
  void aLengthThatFailedIsForgotten() {
    byte[] content = bytes(LARGE);
    ClavigerS3Exception e =
        refused(
            () ->
                s3.uploadPart(
                    b -> b.bucket("b").key("k").uploadId(upload.id).partNumber(1),
                    RequestBody.fromContentProvider(
                        () -> new java.io.ByteArrayInputStream(content), LARGE + 5L, "a/b")));
    assertThat(e.formatFailure()).contains(FormatException.Failure.SOURCE_LENGTH);
    upload.complete(List.of(upload.part(1, content)));
  }

  @Test
  void aPartBehindTheClosingPartIsRefused() {
    List<CompletedPart> parts = upload.parts(bytes(LARGE));
    CompletedPart wrong = parts.get(0).toBuilder().eTag("\"0\"").build();
    S3Exception e = catchThrowableOfType(S3Exception.class, () -> upload.complete(List.of(wrong)));
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidPart");
    store.uploads.completed.clear();
    assertThat(partsStored()).isEqualTo(2);
    assertThat(refused(() -> upload.part(2, bytes(5))))
        .hasMessageContaining("after the part that closes");
    upload.complete(parts);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
        .isEqualTo(bytes(LARGE));
  }

  @Test
  void aPartThatAnotherProcessChangedIsFoundBeforeTheObjectIsMade() {
    List<CompletedPart> parts = new ArrayList<>(upload.parts(bytes(LARGE), bytes(LARGE), bytes(2)));
    try (S3Client other = Clients.with(store.endpoint(), TestKeys.interceptor().build())) {
      parts.set(1, upload.through(other).part(2, bytes(LARGE + 9)));
      assertThat(refused(() -> upload.complete(parts)))
          .hasMessageContaining("part 2 is listed with " + (LARGE + 9));
    }
  }

  @Test
  void aPartUploadedPastTheInterceptorIsFound() {
    String eTag =
        plain
            .uploadPart(
                b -> b.bucket("b").key("k").uploadId(upload.storeId()).partNumber(1),
                RequestBody.fromBytes(new byte[100]))
            .eTag();
    CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
    assertThat(refused(() -> upload.complete(List.of(part))).failure())
        .isEqualTo(Failure.NOT_SEALED);
  }

  @Test
  void anotherObjectSizeThanThePartsHaveIsRefused() {
    List<CompletedPart> parts = upload.parts(bytes(LARGE), bytes(5));
    S3Exception e =
        refusedAsS3Does(() -> upload.complete(parts, b -> b.mpuObjectSize((long) LARGE)));
    assertThat(e).hasMessageContaining((LARGE + 5) + "");
    upload.complete(parts, b -> b.mpuObjectSize(LARGE + 5L));
    assertThat(store.requests)
        .anySatisfy(
            r ->
                assertThat(r.headers())
                    .containsEntry("x-amz-mp-object-size", Integer.toString((5 << 20) + 135)));
  }

  @Test
  void aSumOfTheWholeObjectIsRefusedWithAdvice() {
    assertThat(
            refused(
                () ->
                    Multipart.create(
                        s3,
                        "b",
                        "k",
                        b ->
                            b.checksumAlgorithm(ChecksumAlgorithm.CRC32)
                                .checksumType(ChecksumType.FULL_OBJECT))))
        .hasMessageContaining("give a checksum with each part");
    List<CompletedPart> parts = upload.parts(bytes(5));
    assertThat(refused(() -> upload.complete(parts, b -> b.checksumCRC32("AAAAAA=="))))
        .hasMessageContaining("CRC32");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 10_001})
  void aNumberThatS3DoesNotKnowIsRefusedAsS3Does(int number) {
    assertThat(refusedAsS3Does(() -> upload.part(number, bytes(1))).statusCode()).isEqualTo(400);
    assertThat(partsStored()).isZero();
  }

  @Test
  void partTenThousandEndsAnObjectOfAnySize() {
    upload.part(10_000, bytes(LARGE));
    byte[] stored = store.uploads.open.get(upload.storeId()).parts().get(10_000);
    assertThat(io.claviger.format.Preamble.decode(stored).last()).isTrue();
  }

  @Test
  void a503IsRepeatedWithTheSameBytes() {
    store.unavailable.set(2);
    upload.complete(upload.parts(bytes(LARGE), bytes(9)));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray())
        .isEqualTo(Multipart.join(bytes(LARGE), bytes(9)));
  }

  @Test
  void aBodyOfUnknownLengthIsRefusedWithAdvice() {
    assertThat(
            refused(
                () ->
                    s3.uploadPart(
                        b -> b.bucket("b").key("k").uploadId(upload.id).partNumber(1),
                        RequestBody.fromContentProvider(
                            () -> new java.io.ByteArrayInputStream(bytes(9)), "a/b"))))
        .hasMessageContaining("contentLength");
  }
}
