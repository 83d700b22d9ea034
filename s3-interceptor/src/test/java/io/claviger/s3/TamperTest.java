package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.s3.TinyStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The owner of the store changes what it holds; each change is refused, after one GET. */
class TamperTest {
  private static final String OBJECT = "/b/k";

  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());

  @BeforeEach
  void seal() {
    put("k", "a");
  }

  private void put(String key, String text) {
    s3.putObject(b -> b.bucket("b").key(key), RequestBody.fromString(text));
  }

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private ClavigerS3Exception refused() {
    long before = store.count("GET");
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k")));
    assertThat(e).as("the GET was refused").isNotNull();
    assertThat(e.retryable()).isFalse();
    assertThat(e).hasMessageContaining("s3://b/k");
    assertThat(store.count("GET") - before).as("GETs at the store").isEqualTo(1);
    return e;
  }

  private FormatException.Failure formatFailure() {
    return refused().formatFailure().orElseThrow();
  }

  private Stored stored() {
    return store.objects.get(OBJECT);
  }

  @Test
  void everyBitOfTheBodyIsProtected() {
    Stored whole = stored();
    for (int bit = 0; bit < 8 * whole.bytes().length; bit++) {
      byte[] flipped = whole.bytes().clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      store.objects.put(OBJECT, whole.withBytes(flipped));
      assertThat(refused().failure()).as("bit %d", bit).isEqualTo(Failure.NOT_AUTHENTIC);
    }
  }

  @Test
  void everyBitOfTheMetadataIsProtected() {
    Stored whole = stored();
    for (Map.Entry<String, String> field : whole.metadata().entrySet()) {
      if (!field.getKey().startsWith("x-amz-meta-")) {
        continue; // MetadataTest: some changes of a header mean the same
      }
      for (int i = 0; i < field.getValue().length(); i++) {
        for (int bit = 0; bit < 7; bit++) {
          char[] changed = field.getValue().toCharArray();
          changed[i] ^= (char) (1 << bit);
          if (changed[i] <= ' ' || changed[i] == 0x7f) {
            continue; // cannot be sent in a header
          }
          store.objects.put(OBJECT, whole.with(field.getKey(), new String(changed)));
          refused();
        }
      }
    }
  }

  @Test
  void everyMissingFieldIsRefused() {
    Stored whole = stored();
    for (String name : whole.metadata().keySet()) {
      if (name.startsWith("x-amz-meta-") && !name.endsWith("-from")) {
        store.objects.put(OBJECT, whole.without(name));
        refused();
      }
    }
  }

  @Test
  void everyCutIsRefused() {
    Stored whole = stored();
    for (int length = 0; length < whole.bytes().length; length++) {
      store.objects.put(OBJECT, whole.withBytes(Arrays.copyOf(whole.bytes(), length)));
      assertThat(refused().failure()).as("%d bytes", length).isEqualTo(Failure.NOT_AUTHENTIC);
    }
    byte[] longer = Arrays.copyOf(whole.bytes(), whole.bytes().length + 1);
    store.objects.put(OBJECT, whole.withBytes(longer));
    assertThat(formatFailure()).isEqualTo(FormatException.Failure.HEADER_TAG);
  }

  @Test
  void segmentsOfALongerObjectCannotBeCutSwappedOrDoubled() {
    s3.putObject(
        b -> b.bucket("b").key("k"), RequestBody.fromBytes(PutAndGetTest.bytes(3 * 65536)));
    Stored whole = stored();
    byte[] bytes = whole.bytes();
    byte[] swapped = bytes.clone();
    System.arraycopy(bytes, 98, swapped, 98 + 65568, 65568);
    System.arraycopy(bytes, 98 + 65568, swapped, 98, 65568);
    store.objects.put(OBJECT, whole.withBytes(swapped));
    assertThat(formatFailure()).isEqualTo(FormatException.Failure.SEGMENT);
    byte[] doubled = bytes.clone();
    System.arraycopy(bytes, 98, doubled, 98 + 65568, 65568);
    store.objects.put(OBJECT, whole.withBytes(doubled));
    assertThat(formatFailure()).isEqualTo(FormatException.Failure.SEGMENT);
    store.objects.put(OBJECT, whole.withBytes(Arrays.copyOf(bytes, 98 + 65568)));
    assertThat(formatFailure()).isEqualTo(FormatException.Failure.HEADER_TAG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-9", "bytes=65530-65540", "bytes=-1", "bytes=100000-"})
  void aRangeIsAuthenticatedToo(String range) {
    s3.putObject(
        b -> b.bucket("b").key("k"), RequestBody.fromBytes(PutAndGetTest.bytes(2 * 65536)));
    Stored whole = stored();
    byte[] flipped = whole.bytes().clone();
    flipped[98 + 50] ^= 1;
    flipped[98 + 65568 + 50] ^= 1;
    store.objects.put(OBJECT, whole.withBytes(flipped));
    long before = store.count("GET");
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> s3.getObjectAsBytes(b -> b.bucket("b").key("k").range(range)));
    assertThat(e.formatFailure()).contains(FormatException.Failure.SEGMENT);
    assertThat(store.count("GET") - before).isEqualTo(1);
  }

  @Test
  void bodiesOfTwoObjectsCannotBeSwapped() {
    put("other", "b");
    store.objects.put(OBJECT, stored().withBytes(store.object("b/other").bytes()));
    assertThat(formatFailure()).isEqualTo(FormatException.Failure.HEADER_TAG);
  }

  @Test
  void metadataOfTwoObjectsCannotBeSwapped() {
    put("other", "b");
    Stored other = store.object("b/other");
    store.objects.put(OBJECT, new Stored(stored().bytes(), other.metadata()));
    assertThat(refused())
        .hasMessageContaining("other")
        .extracting(ClavigerS3Exception::failure)
        .isEqualTo(Failure.NOT_AUTHENTIC);
  }

  @Test
  void anObjectUnderAnotherNameIsRefused() {
    put("other", "b");
    store.objects.put(OBJECT, store.object("b/other"));
    assertThat(refused())
        .hasMessageContaining("s3://b/other")
        .extracting(ClavigerS3Exception::failure)
        .isEqualTo(Failure.NOT_AUTHENTIC);
    S3Client moving =
        Clients.with(store.endpoint(), TestKeys.interceptor().acceptMoved(true).build());
    assertThat(moving.getObjectAsBytes(b -> b.bucket("b").key("k")).asUtf8String()).isEqualTo("b");
  }

  @Test
  void anObjectReplacedByPlaintextIsRefused() {
    store.objects.put(OBJECT, new Stored(new byte[] {'x'}, Map.of()));
    assertThat(refused())
        .hasMessageContaining("not sealed")
        .extracting(ClavigerS3Exception::failure)
        .isEqualTo(Failure.NOT_SEALED);
  }

  @Test
  void sealedBytesWithoutTheirMetadataAreRefusedUnderEveryPolicy() {
    store.objects.put(OBJECT, new Stored(stored().bytes(), new TreeMap<>()));
    assertThat(refused().failure()).isEqualTo(Failure.NOT_SEALED);
    S3Client allowing =
        Clients.with(
            store.endpoint(),
            TestKeys.interceptor().plaintextObjects(PlaintextObjects.ALLOW).build());
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class,
            () -> allowing.getObjectAsBytes(b -> b.bucket("b").key("k")));
    assertThat(e.formatFailure()).contains(FormatException.Failure.ENVELOPE_INCOMPLETE);
    assertThat(e).hasMessageContaining("metadata");
  }

  @Test
  void headProvesItsLength() {
    Stored whole = stored();
    store.objects.put(OBJECT, whole.withBytes(Arrays.copyOf(whole.bytes(), 140)));
    ClavigerS3Exception e =
        catchThrowableOfType(
            ClavigerS3Exception.class, () -> s3.headObject(b -> b.bucket("b").key("k")));
    assertThat(e.formatFailure()).contains(FormatException.Failure.HEADER_TAG);
  }

  @Test
  void aStreamThatFailedFailsTheSameWayForEver() {
    s3.putObject(
        b -> b.bucket("b").key("k"), RequestBody.fromBytes(PutAndGetTest.bytes(2 * 65536)));
    Stored whole = stored();
    byte[] flipped = whole.bytes().clone();
    flipped[98 + 65568 + 50] ^= 1;
    store.objects.put(OBJECT, whole.withBytes(flipped));
    try (var in = s3.getObject(b -> b.bucket("b").key("k"))) {
      assertThat(in.readNBytes(65536)).hasSize(65536);
      ClavigerS3Exception first = catchThrowableOfType(ClavigerS3Exception.class, in::read);
      ClavigerS3Exception second = catchThrowableOfType(ClavigerS3Exception.class, in::read);
      assertThat(first).isNotNull().isSameAs(second);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
