package io.claviger.s3;

import static io.claviger.s3.Multipart.LARGE;
import static io.claviger.s3.Multipart.join;
import static io.claviger.s3.PutAndGetTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException.Failure;
import io.claviger.s3.TinyStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** The owner of the store changes a multipart object part by part. */
class MultipartTamperTest {
  private static final String OBJECT = "/b/k";
  private static final byte[] ONE = bytes(LARGE);
  private static final byte[] TWO = bytes(LARGE + 100);
  private static final byte[] THREE = bytes(70_000);

  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());
  private List<byte[]> parts;

  @BeforeEach
  void upload() {
    parts = uploaded("k", ONE, TWO, THREE);
  }

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  /** Uploads an object and returns its stored parts. */
  private List<byte[]> uploaded(String key, byte[]... plain) {
    Multipart upload = Multipart.create(s3, "b", key);
    List<CompletedPart> listed = upload.parts(plain);
    List<byte[]> stored =
        new ArrayList<>(store.uploads.open.get(upload.storeId()).parts().values());
    upload.complete(listed);
    return stored;
  }

  private byte[] get() {
    return s3.getObjectAsBytes(b -> b.bucket("b").key("k")).asByteArray();
  }

  private Failure refusal(byte[]... stored) {
    Stored object = store.objects.get(OBJECT);
    store.objects.put(OBJECT, object.withBytes(join(stored)));
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, this::get);
    assertThat(e).as("refused").isNotNull();
    assertThat(e.retryable()).isFalse();
    store.objects.put(OBJECT, object);
    assertThat(get()).isEqualTo(join(ONE, TWO, THREE));
    return e.formatFailure().orElseThrow();
  }

  @Test
  void aDroppedPartIsRefused() {
    assertThat(refusal(parts.get(1), parts.get(2))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(parts.get(0), parts.get(2))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(parts.get(0), parts.get(1))).isEqualTo(Failure.LAST_PART);
    assertThat(refusal(parts.get(0))).isEqualTo(Failure.LAST_PART);
  }

  @Test
  void swappedAndDoubledPartsAreRefused() {
    assertThat(refusal(parts.get(1), parts.get(0), parts.get(2))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(parts.get(0), parts.get(1), parts.get(1), parts.get(2)))
        .isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(parts.get(0), parts.get(1), parts.get(2), parts.get(2)))
        .isEqualTo(Failure.TRAILING_BYTES);
    assertThat(refusal(parts.get(0), parts.get(2), parts.get(1))).isEqualTo(Failure.PART_NUMBER);
  }

  @Test
  void partsOfAnotherUploadOfTheSameObjectAreRefused() {
    Multipart other = Multipart.create(s3, "b", "k");
    other.parts(ONE, TWO, THREE);
    List<byte[]> foreign =
        new ArrayList<>(store.uploads.open.get(other.storeId()).parts().values());
    for (int i = 0; i < 3; i++) {
      byte[][] mixed = parts.toArray(new byte[0][]);
      mixed[i] = foreign.get(i);
      assertThat(refusal(mixed)).as("part %d", i + 1).isEqualTo(Failure.HEADER_TAG);
    }
  }

  @Test
  void partsOfAnotherObjectAreRefused() {
    List<byte[]> foreign = uploaded("other", ONE, TWO, THREE);
    for (int i = 0; i < 3; i++) {
      byte[][] mixed = parts.toArray(new byte[0][]);
      mixed[i] = foreign.get(i);
      assertThat(refusal(mixed)).as("part %d", i + 1).isEqualTo(Failure.HEADER_TAG);
    }
  }

  @Test
  void theLastFlagCannotBeSetOrTakenAway() {
    byte[] flagged = parts.get(0).clone();
    flagged[5] ^= 1;
    assertThat(refusal(flagged)).isEqualTo(Failure.HEADER_TAG);
    byte[] unflagged = parts.get(2).clone();
    unflagged[5] ^= 1;
    assertThat(refusal(parts.get(0), parts.get(1), unflagged, parts.get(2)))
        .isEqualTo(Failure.HEADER_TAG);
  }

  @Test
  void aClosingPartCannotBeAddedTakenAwayOrMoved() {
    Multipart other = Multipart.create(s3, "b", "other");
    other.complete(other.parts(ONE, TWO));
    byte[] whole = store.object("b/other").bytes();
    byte[] closing = Arrays.copyOfRange(whole, whole.length - 130, whole.length);
    assertThat(refusal(parts.get(0), parts.get(1), closing)).isEqualTo(Failure.HEADER_TAG);
    assertThat(refusal(parts.get(0), parts.get(1), parts.get(2), closing))
        .isEqualTo(Failure.TRAILING_BYTES);
    Stored cut = store.object("b/other").withBytes(Arrays.copyOf(whole, whole.length - 130));
    store.objects.put("/b/other", cut);
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> s3.getObjectAsBytes(b -> b.bucket("b").key("other")));
    assertThat(e.formatFailure()).contains(Failure.LAST_PART);
  }

  @Test
  void bitsOfAPreambleInTheMiddleAreProtected() {
    for (int bit = 0; bit < 8 * 24; bit += 7) {
      byte[] changed = parts.get(1).clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      Stored object = store.objects.get(OBJECT);
      store.objects.put(OBJECT, object.withBytes(join(parts.get(0), changed, parts.get(2))));
      assertThat(catchThrowableOfType(ClavigerS3Exception.class, this::get))
          .as("bit %d", bit)
          .isNotNull();
      store.objects.put(OBJECT, object);
    }
  }

  /**
   * The documented limit: the parts of an upload prove that they belong to it and where their place
   * is, not which of several bodies sent under one number was meant.
   */
  @Test
  void anOlderBodyOfTheSamePartInTheSameUploadOpens() {
    Multipart upload = Multipart.create(s3, "b", "k");
    byte[] older = bytes(LARGE);
    upload.part(1, older);
    byte[] storedOlder = store.uploads.open.get(upload.storeId()).parts().get(1);
    byte[] newer = older.clone();
    newer[0] ^= 1;
    List<CompletedPart> listed = new ArrayList<>(upload.parts(newer, THREE));
    byte[] storedLast = store.uploads.open.get(upload.storeId()).parts().get(2);
    upload.complete(listed);
    assertThat(get()).isEqualTo(join(newer, THREE));
    store.objects.put(OBJECT, store.objects.get(OBJECT).withBytes(join(storedOlder, storedLast)));
    assertThat(get()).isEqualTo(join(older, THREE));
  }
}
