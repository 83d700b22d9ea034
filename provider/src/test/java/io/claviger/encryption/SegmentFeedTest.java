package io.claviger.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.format.Layout;
import io.claviger.jca.ClavigerProvider;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Feeds give what the streams give, however the bytes come. */
class SegmentFeedTest {
  private static final ObjectName NAME = new ObjectName("bucket", "key");
  private static final EncryptionService SERVICE = service();

  private static EncryptionService service() {
    KmsServiceManager kms = KmsServiceManager.running(MemoryBackend.create(), "k");
    kms.manager().createKey("k");
    return new EncryptionService(new ClavigerProvider(kms));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ObjectSealer sealer(long plainBytes) {
    return SERVICE.sealObject(SealRequest.of(NAME), plainBytes);
  }

  private static ObjectOpener opener(ObjectSealer sealer) {
    return SERVICE.openObject(NAME, sealer.envelope(), ReaderPolicy.DEFAULT, null);
  }

  private static byte[] sealed(ObjectSealer sealer, byte[] plain) {
    try {
      return sealer.seal(new ByteArrayInputStream(plain)).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Feeds {@code input} in pieces of at most {@code most} bytes, heap and direct in turns. */
  private static byte[] through(SegmentFeed feed, byte[] input, int most) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Random random = new Random(most);
    for (int at = 0; at < input.length; ) {
      int count = Math.min(input.length - at, 1 + random.nextInt(most));
      ByteBuffer piece = piece(input, at, count, random.nextBoolean());
      for (ByteBuffer made = feed.feed(piece); made != null; made = feed.feed(piece)) {
        write(made, out);
      }
      assertThat(piece.hasRemaining()).isFalse();
      if (piece.hasArray()) {
        Arrays.fill(piece.array(), (byte) 0); // the piece is the source's own again
      }
      at += count;
    }
    for (ByteBuffer made = feed.end(); made != null; made = feed.end()) {
      write(made, out);
    }
    feed.release();
    return out.toByteArray();
  }

  private static ByteBuffer piece(byte[] input, int at, int count, boolean direct) {
    if (direct) {
      return ByteBuffer.allocateDirect(count).put(input, at, count).flip();
    }
    byte[] around = new byte[count + 5];
    System.arraycopy(input, at, around, 2, count);
    return ByteBuffer.wrap(around, 2, count).slice();
  }

  private static void write(ByteBuffer made, ByteArrayOutputStream out) {
    assertThat(made.remaining())
        .isLessThanOrEqualTo(Layout.PROLOGUE_BYTES + Layout.SEGMENT_STORED_BYTES);
    byte[] bytes = new byte[made.remaining()];
    made.get(bytes);
    out.writeBytes(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 1",
    "65535, 7000",
    "65536, 65536",
    "65537, 65537",
    "131072, 131072",
    "131073, 300000"
  })
  void sealsAndOpensAsTheStreamsDo(int size, int most) {
    byte[] plain = random(size);
    ObjectSealer sealer = sealer(size);
    byte[] stored = through(sealer.sealingFeed(), plain, most);
    assertThat(stored).isEqualTo(sealed(sealer, plain));
    assertThat(through(opener(sealer).wholeFeed(stored.length, size), stored, most))
        .isEqualTo(plain);
  }

  @Property(tries = 200)
  void everyRangeIsWhatThePlaintextHas(
      @ForAll @IntRange(min = 1, max = 200_000) int size,
      @ForAll @IntRange(max = 199_999) int a,
      @ForAll @IntRange(max = 199_999) int b,
      @ForAll @IntRange(max = 3) int before,
      @ForAll @IntRange(min = 1, max = 100_000) int most) {
    int first = Math.min(a, b) % size;
    int last = Math.min(size - 1, first + Math.abs(a - b));
    byte[] plain = random(size);
    ObjectSealer sealer = sealer(size);
    byte[] stored = sealed(sealer, plain);
    int from = (int) Layout.segmentOffset(Layout.segmentOf(first)) - before;
    byte[] rest = Arrays.copyOfRange(stored, from, stored.length);
    assertThat(through(opener(sealer).rangeFeed(stored.length, before, first, last), rest, most))
        .isEqualTo(Arrays.copyOfRange(plain, first, last + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {65_535, 65_536, 65_537, 100_000, 131_072})
  void whatComesBehindTheAnnouncedLengthIsPassedOver(int size) {
    ObjectSealer sealer = sealer(size);
    byte[] longer = random(size + 70_000);
    byte[] expected = sealed(sealer, Arrays.copyOf(longer, size));
    assertThat(through(sealer.sealingFeed(), longer, 30_000)).isEqualTo(expected);
    SegmentFeed feed = sealer.sealingFeed();
    ByteBuffer all = ByteBuffer.wrap(longer);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (!feed.complete()) {
      write(feed.feed(all), out);
    }
    assertThat(out.toByteArray()).as("given without the end").isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 99_999})
  void aShorterSourceIsRefusedBeforeTheLastSegment(int given) {
    SegmentFeed feed = sealer(100_000).sealingFeed();
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> through(feed, random(given), 30_000));
    assertThat(e.failure()).isEqualTo(Failure.SOURCE_LENGTH);
  }

  @ParameterizedTest
  @CsvSource({"0", "97", "98", "65666", "131233", "131234"})
  void cutBytesAreRefused(int kept) {
    ObjectSealer sealer = sealer(131_072);
    byte[] stored = sealed(sealer, random(131_072));
    assertThat(stored).hasSize(131_234);
    byte[] cut = Arrays.copyOf(stored, kept == stored.length ? kept - 1 : kept);
    SegmentFeed feed = opener(sealer).wholeFeed(stored.length, sealer.plainBytes());
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> through(feed, cut, 30_000));
    assertThat(e.failure()).isEqualTo(Failure.TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 98, 70_000, 131_233})
  void aChangedByteIsRefused(int at) {
    ObjectSealer sealer = sealer(131_072);
    byte[] stored = sealed(sealer, random(131_072));
    stored[at] ^= 1;
    SegmentFeed feed = opener(sealer).wholeFeed(stored.length, sealer.plainBytes());
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> through(feed, stored, 30_000));
    assertThat(e.failure()).isIn(Failure.SEGMENT, Failure.HEADER_TAG, Failure.UNKNOWN_PARAMETERS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200_000})
  void bytesBehindTheEndAreRefused(int most) {
    ObjectSealer sealer = sealer(70_000);
    byte[] stored = sealed(sealer, random(70_000));
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    SegmentFeed feed = opener(sealer).wholeFeed(stored.length, sealer.plainBytes());
    FormatException e =
        catchThrowableOfType(FormatException.class, () -> through(feed, longer, most));
    assertThat(e.failure()).isEqualTo(Failure.TRAILING_BYTES);
  }
}
