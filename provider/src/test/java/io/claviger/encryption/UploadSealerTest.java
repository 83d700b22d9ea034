package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.format.UploadId;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts sealed one by one, opened as one object. */
class UploadSealerTest {
  private static final ObjectName NAME = new ObjectName("bucket", "key");

  /** Plaintext of the largest part that is stored in less than 5 MiB. */
  private static final int SMALL = 5_240_221;

  private final EncryptionService service = newService();
  private final Map<String, String> object = service.beginUpload(SealRequest.of(NAME)).fields();
  private final Map<String, String> envelope = ofId(object);

  private static Map<String, String> ofId(Map<String, String> fields) {
    return UploadId.of("u", fields, "").envelope();
  }

  private static EncryptionService newService() {
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    return new EncryptionService(new ClavigerProvider(kms));
  }

  private UploadSealer open(Map<String, String> fields) {
    return service.openUpload(NAME, fields, ReaderPolicy.DEFAULT, null);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private byte[] part(int number, byte[] plain, long offset) throws IOException {
    try (UploadSealer upload = open(envelope)) {
      ObjectSealer part = upload.part(number, plain.length, offset);
      assertThat(part.envelope()).isEmpty();
      byte[] stored = part.seal(new ByteArrayInputStream(plain)).readAllBytes();
      assertThat(stored).hasSize((int) part.storedBytes());
      return stored;
    }
  }

  private byte[] read(byte[] stored) throws IOException {
    return service
        .openObject(NAME, object, ReaderPolicy.DEFAULT, null)
        .openWhole(new ByteArrayInputStream(stored), stored.length)
        .readAllBytes();
  }

  private Failure refusal(byte[] stored) {
    FormatException e = catchThrowableOfType(FormatException.class, () -> read(stored));
    assertThat(e).isNotNull();
    return e.failure();
  }

  private static byte[] join(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.write(part);
    }
    return out.toByteArray();
  }

  @Test
  void smallAndLargeAreAtTheLimit() {
    assertThat(Layout.storedBytes(SMALL)).isEqualTo(Layout.MIN_PART_STORED_BYTES - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, SMALL})
  void aPartSmallerThanFiveMebibytesEndsTheObject(int size) throws IOException {
    byte[] plain = random(size);
    byte[] stored = part(1, plain, Preamble.OFFSET_UNKNOWN);
    assertThat(Preamble.decode(stored)).isEqualTo(new Preamble(true, 1, size, 0));
    assertThat(read(stored)).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "2, false", "65536, false"})
  void aLargerOneIsEndedByAClosingPart(int more, boolean offsetKnown) throws IOException {
    byte[] plain = random(SMALL + 1 + more);
    byte[] large = part(1, plain, 0);
    assertThat(Preamble.decode(large).last()).isFalse();
    assertThat(refusal(large)).isEqualTo(Failure.LAST_PART);
    try (UploadSealer upload = open(envelope)) {
      long offset = offsetKnown ? plain.length : Preamble.OFFSET_UNKNOWN;
      byte[] closing =
          upload.closingPart(2, offset).seal(ByteArrayInputStream.nullInputStream()).readAllBytes();
      assertThat(closing).hasSize(130);
      assertThat(Preamble.decode(closing)).isEqualTo(new Preamble(true, 2, 0, offset));
      assertThat(read(join(large, closing))).isEqualTo(plain);
    }
  }

  @Test
  void partTenThousandIsAlwaysTheLast() throws IOException {
    byte[] stored = part(Preamble.MAX_PART_NUMBER, random(SMALL + 10), 5);
    assertThat(Preamble.decode(stored).last()).isTrue();
  }

  @Test
  void partsOfAnyOrderMakeOneObject() throws IOException {
    byte[] one = random(SMALL + 1);
    byte[] two = random(SMALL + 65_537);
    byte[] three = random(70_000);
    byte[] last = part(3, three, Preamble.OFFSET_UNKNOWN);
    byte[] middle = part(2, two, one.length);
    byte[] first = part(1, one, 0);
    assertThat(read(join(first, middle, last))).isEqualTo(join(one, two, three));
    assertThat(refusal(join(first, last))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(join(middle, last))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(join(first, middle, middle, last))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(join(first, last, middle))).isEqualTo(Failure.PART_NUMBER);
    assertThat(refusal(join(first, middle))).isEqualTo(Failure.LAST_PART);
    assertThat(refusal(join(first, middle, last, last))).isEqualTo(Failure.TRAILING_BYTES);
  }

  @Test
  void anOffsetThatIsNotTheSumOfThePartsBeforeIsRefused() throws IOException {
    byte[] one = part(1, random(SMALL + 1), 0);
    assertThat(refusal(join(one, part(2, random(9), SMALL + 2)))).isEqualTo(Failure.OFFSET);
  }

  @Test
  void aPartOfAnotherUploadOfTheSameObjectIsRefused() throws IOException {
    byte[] one = part(1, random(SMALL + 1), 0);
    Map<String, String> other = ofId(service.beginUpload(SealRequest.of(NAME)).fields());
    try (UploadSealer upload = open(other)) {
      byte[] two = upload.part(2, 3, -1).seal(new ByteArrayInputStream(new byte[3])).readAllBytes();
      assertThat(refusal(join(one, two))).isEqualTo(Failure.HEADER_TAG);
    }
  }

  @Test
  void theUploadOfAnotherObjectDoesNotOpen() {
    ObjectName other = new ObjectName("bucket", "other");
    KmsException e =
        catchThrowableOfType(
            KmsException.class,
            () -> service.openUpload(other, envelope, ReaderPolicy.DEFAULT, null));
    assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC);
  }

  @Test
  void anUploadIdHoldsWhatIsNeeded() throws IOException {
    String id = UploadId.of("u", object, "").text();
    try (UploadSealer upload = open(UploadId.parse(id).orElseThrow().envelope())) {
      byte[] stored =
          upload.part(1, 3, 0).seal(new ByteArrayInputStream(new byte[3])).readAllBytes();
      assertThat(read(stored)).hasSize(3);
    }
  }

  @Test
  void theEnvelopeOfOnePartOpensNoUpload() {
    Map<String, String> single =
        new HashMap<>(service.sealObject(SealRequest.of(NAME), 3).envelope());
    single.remove("claviger-mac");
    FormatException e = catchThrowableOfType(FormatException.class, () -> open(single));
    assertThat(e.failure()).isEqualTo(Failure.LAST_PART);
  }
}
