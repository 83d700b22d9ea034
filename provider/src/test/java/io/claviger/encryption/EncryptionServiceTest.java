package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.Layout;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionServiceTest {
  private static final ObjectName NAME = new ObjectName("bucket", "a/key ä");
  private final EncryptionService service = newService();

  private static EncryptionService newService() {
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    kms.manager().createKey("l");
    return new EncryptionService(new ClavigerProvider(kms));
  }

  private record Stored(Map<String, String> metadata, byte[] bytes) {}

  private Stored seal(ObjectName name, byte[] plain) throws IOException {
    ObjectSealer sealer = service.sealObject(SealRequest.of(name), plain.length);
    byte[] bytes = sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
    assertThat(bytes).hasSize((int) sealer.storedBytes());
    return new Stored(sealer.envelope(), bytes);
  }

  private byte[] open(ObjectName name, Stored stored) throws IOException {
    ObjectOpener opener = service.openObject(name, stored.metadata(), ReaderPolicy.DEFAULT, null);
    if (!opener.changedHeaders(CoveredHeaders.NONE).isEmpty()) {
      throw new FormatException(FormatException.Failure.METADATA, "changed");
    }
    return opener
        .openWhole(new ByteArrayInputStream(stored.bytes()), stored.bytes().length)
        .readAllBytes();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000})
  void opensWhatWasSealed(int size) throws IOException {
    byte[] plain = random(size);
    Stored stored = seal(NAME, plain);
    assertThat(open(NAME, stored)).isEqualTo(plain);
    ObjectOpener opener = service.openObject(NAME, stored.metadata(), ReaderPolicy.DEFAULT, null);
    assertThat(opener.plainBytes(stored.bytes().length)).isEqualTo(size);
  }

  @Property(tries = 200)
  void everyRangeIsWhatThePlaintextHas(
      @ForAll @IntRange(min = 1, max = 200_000) int size,
      @ForAll @IntRange(max = 199_999) int a,
      @ForAll @IntRange(max = 199_999) int b)
      throws IOException {
    byte[] plain = random(size);
    int first = Math.min(a % size, b % size);
    int last = Math.max(a % size, b % size);
    Stored stored = seal(NAME, plain);
    int from = (int) Layout.segmentOffset(Layout.segmentOf(first));
    InputStream slice =
        new ByteArrayInputStream(stored.bytes(), from, stored.bytes().length - from);
    assertThat(
            service
                .openObject(NAME, stored.metadata(), ReaderPolicy.DEFAULT, null)
                .openRange(slice, stored.bytes().length, first, last)
                .readAllBytes())
        .isEqualTo(Arrays.copyOfRange(plain, first, last + 1));
  }

  @Test
  void everyFlippedBitOfBodyAndMetadataIsRefused() throws IOException {
    Stored stored = seal(NAME, random(20));
    for (int bit = 0; bit < 8 * stored.bytes().length; bit++) {
      byte[] changed = stored.bytes().clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(catchThrowable(() -> open(NAME, new Stored(stored.metadata(), changed))))
          .as("bit %d", bit)
          .isInstanceOf(FormatException.class);
    }
    stored.metadata().keySet().forEach(name -> everyBitOf(stored, name));
  }

  private void everyBitOf(Stored stored, String name) {
    String value = stored.metadata().get(name);
    for (int bit = 0; bit < 8 * value.length(); bit++) {
      char[] chars = value.toCharArray();
      chars[bit / 8] ^= (char) (1 << bit % 8);
      Map<String, String> changed = new HashMap<>(stored.metadata());
      changed.put(name, new String(chars));
      assertThat(catchThrowable(() -> open(NAME, new Stored(changed, stored.bytes()))))
          .as("%s bit %d", name, bit)
          .isInstanceOfAny(FormatException.class, KmsException.class);
    }
  }

  @Test
  void everyCutAndEveryAppendedByteIsRefused() throws IOException {
    byte[] plain = random(65_600);
    Stored stored = seal(NAME, plain);
    int total = stored.bytes().length;
    for (int length : new int[] {0, 23, 24, 97, 98, 129, 130, 65_665, 65_666, total - 1}) {
      byte[] cut = Arrays.copyOf(stored.bytes(), length);
      assertThat(catchThrowable(() -> open(NAME, new Stored(stored.metadata(), cut))))
          .as("cut at %d", length)
          .isInstanceOf(FormatException.class);
      InputStream lying =
          service
              .openObject(NAME, stored.metadata(), ReaderPolicy.DEFAULT, null)
              .openWhole(new ByteArrayInputStream(stored.bytes()), total);
      lying.close();
    }
    byte[] longer = Arrays.copyOf(stored.bytes(), total + 1);
    assertThat(catchThrowable(() -> open(NAME, new Stored(stored.metadata(), longer))))
        .isInstanceOf(FormatException.class);
    FormatException trailing =
        catchThrowableOfType(
            FormatException.class,
            () ->
                service
                    .openObject(NAME, stored.metadata(), ReaderPolicy.DEFAULT, null)
                    .openWhole(new ByteArrayInputStream(longer), total)
                    .readAllBytes());
    assertThat(trailing.failure()).isEqualTo(Failure.TRAILING_BYTES);
    FormatException truncated =
        catchThrowableOfType(
            FormatException.class,
            () ->
                service
                    .openObject(NAME, stored.metadata(), ReaderPolicy.DEFAULT, null)
                    .openWhole(new ByteArrayInputStream(stored.bytes(), 0, total - 1), total)
                    .readAllBytes());
    assertThat(truncated.failure()).isEqualTo(Failure.TRUNCATED);
  }

  @Test
  void swappedBodiesMetadataAndNamesAreRefused() throws IOException {
    Stored one = seal(NAME, random(50));
    Stored two = seal(new ObjectName("bucket", "two"), random(51));
    assertThat(catchThrowable(() -> open(NAME, new Stored(one.metadata(), two.bytes()))))
        .isInstanceOf(FormatException.class);
    KmsException swapped =
        catchThrowableOfType(
            KmsException.class, () -> open(NAME, new Stored(two.metadata(), one.bytes())));
    assertThat(swapped.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC);
    assertThat(swapped).hasMessageContaining("sealed as s3://bucket/two");
    KmsException moved =
        catchThrowableOfType(KmsException.class, () -> open(new ObjectName("bucket", "x"), one));
    assertThat(moved).hasMessageContaining("sealed as s3://bucket/a/key ä");
    ReaderPolicy accept = new ReaderPolicy(NameBinding.OBJECT, true, Map.of(), Set.of());
    assertThat(
            service
                .openObject(new ObjectName("other", "x"), one.metadata(), accept, null)
                .openWhole(new ByteArrayInputStream(one.bytes()), one.bytes().length)
                .readAllBytes())
        .hasSize(50);
    ReaderPolicy alias =
        new ReaderPolicy(NameBinding.OBJECT, false, Map.of("alias", "bucket"), Set.of());
    service.openObject(new ObjectName("alias", "a/key ä"), one.metadata(), alias, null);
  }

  @Test
  void policyAndContextAreDemanded() throws IOException {
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", "a"));
    SealRequest request = new SealRequest(NAME, "l", context, NameBinding.BUCKET, "aws:kms");
    Map<String, String> metadata = service.sealObject(request, 5).envelope();
    assertThat(failure(metadata, ReaderPolicy.DEFAULT, null)).isEqualTo(Failure.NAMES_NOT_BOUND);
    ReaderPolicy bucket = ReaderPolicy.DEFAULT.withNames(NameBinding.BUCKET);
    assertThat(service.openObject(NAME, metadata, bucket, context).context()).isEqualTo(context);
    assertThat(failure(metadata, bucket, EncryptionContext.empty())).isEqualTo(Failure.CONTEXT);
    ReaderPolicy trusting = new ReaderPolicy(NameBinding.BUCKET, false, Map.of(), Set.of("k"));
    assertThat(failure(metadata, trusting, null)).isEqualTo(Failure.UNTRUSTED_KEY);
  }

  private Failure failure(
      Map<String, String> metadata, ReaderPolicy policy, EncryptionContext stated) {
    return catchThrowableOfType(
            FormatException.class, () -> service.openObject(NAME, metadata, policy, stated))
        .failure();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537})
  void nothingBehindTheAnnouncedLengthIsRead(int size) throws IOException {
    ObjectSealer sealer = service.sealObject(SealRequest.of(NAME), size);
    ByteArrayInputStream longer = new ByteArrayInputStream(new byte[size + 100]);
    assertThat(sealer.seal(longer).readAllBytes()).hasSize((int) sealer.storedBytes());
    assertThat(longer.available()).isEqualTo(100);
    byte[] more = new byte[size + 1];
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> sealer.sealToItsEnd(new ByteArrayInputStream(more)).readAllBytes());
    assertThat(e.failure()).isEqualTo(Failure.SOURCE_LENGTH);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void aShorterSourceHoldsTheLastSegmentBack(int given) {
    ObjectSealer sealer = service.sealObject(SealRequest.of(NAME), 10);
    InputStream sealed = sealer.seal(new ByteArrayInputStream(new byte[given]));
    FormatException e = catchThrowableOfType(FormatException.class, sealed::readAllBytes);
    assertThat(e.failure()).isEqualTo(Failure.SOURCE_LENGTH);
    assertThat(catchThrowable(sealed::read)).as("the same failure for ever").isSameAs(e);
  }

  @Test
  void aSecondOpeningGivesTheSameBytesOrFails() throws IOException {
    byte[] plain = random(100_000);
    ObjectSealer sealer = service.sealObject(SealRequest.of(NAME), plain.length);
    byte[] first = sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
    assertThat(sealer.seal(new ByteArrayInputStream(plain)).readAllBytes()).isEqualTo(first);
    plain[70_000] ^= 1;
    FormatException e =
        catchThrowableOfType(
            FormatException.class,
            () -> sealer.seal(new ByteArrayInputStream(plain)).readAllBytes());
    assertThat(e.failure()).isEqualTo(Failure.SOURCE_CHANGED);
  }

  @Test
  void streamsOutsideOfS3() {
    byte[] plain = random(70_000);
    EncryptionContext context = EncryptionContext.of(Map.of("file", "1"));
    try (SealedStreamHolder sealed =
        new SealedStreamHolder(
            service.encryptStream("k", context, new NastyStream(plain), plain.length))) {
      byte[] bytes = sealed.stream.bytes().readAllBytes();
      assertThat(
              service
                  .decryptStream(
                      sealed.stream.headers(), context, new NastyStream(bytes), bytes.length)
                  .readAllBytes())
          .isEqualTo(plain);
      assertThat(
              catchThrowable(
                  () ->
                      service.decryptStream(
                          sealed.stream.headers(),
                          EncryptionContext.empty(),
                          new NastyStream(bytes),
                          bytes.length)))
          .isInstanceOf(FormatException.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record SealedStreamHolder(SealedStream stream) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      stream.bytes().close();
    }
  }

  /** Gives one byte at a time. */
  private static final class NastyStream extends ByteArrayInputStream {
    NastyStream(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(1, length));
    }

    @Override
    public byte[] readNBytes(int length) throws IOException {
      byte[] bytes = new byte[length];
      return Arrays.copyOf(bytes, readNBytes(bytes, 0, length));
    }

    @Override
    public int readNBytes(byte[] target, int offset, int length) {
      int done = 0;
      while (done < length) {
        int count = read(target, offset + done, length - done);
        if (count < 0) {
          break;
        }
        done += count;
      }
      return done;
    }
  }
}
