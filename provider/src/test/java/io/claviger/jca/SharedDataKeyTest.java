package io.claviger.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small records: messages that share data keys within bounds, and messages in one call. */
class SharedDataKeyTest extends EnvelopeMessages {
  private static final Duration DAY = Duration.ofDays(1);
  private static final long MANY = 1000;

  private final AtomicLong nanos = new AtomicLong();

  private KmsEnvelope sharing(long messages, long bytes, Duration age) {
    return envelope.sharingDataKeys(new KmsDataKeyReuse(messages, bytes, age), nanos::get);
  }

  /** What stands before the FLOE header: the wrapped data key, the same for messages that share. */
  private static String wrappedKey(byte[] message) {
    int length = ByteBuffer.wrap(message).getShort(6);
    return HexFormat.of().formatHex(message, 8, 8 + length);
  }

  private List<String> keysOf(KmsEnvelope sealing, int messages, int plainBytes) {
    return IntStream.range(0, messages)
        .mapToObj(
            i -> {
              byte[] message = sealing.seal(plain(plainBytes));
              assertThat(envelope.open(message)).isEqualTo(plain(plainBytes));
              return wrappedKey(message);
            })
        .toList();
  }

  @Test
  void withoutSharingEachMessageHasItsOwn() {
    assertThat(keysOf(envelope, 3, 10)).doesNotHaveDuplicates();
  }

  @Test
  void asManyMessagesAsTheBoundSays() {
    List<String> keys = keysOf(sharing(3, MANY, DAY), 7, 10);
    assertThat(keys.subList(0, 3)).containsOnly(keys.get(0));
    assertThat(keys.subList(3, 6)).containsOnly(keys.get(3));
    assertThat(Set.copyOf(keys)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11})
  void asManyBytesAsTheBoundSays(int bound) {
    List<String> keys = keysOf(sharing(MANY, bound, DAY), 3, 5);
    assertThat(keys.get(1)).isEqualTo(keys.get(0));
    assertThat(keys.get(2).equals(keys.get(0))).isEqualTo(bound > 10);
  }

  @Test
  void asLongAsTheBoundSays() {
    KmsEnvelope sealing = sharing(MANY, MANY, Duration.ofNanos(100));
    String first = wrappedKey(sealing.seal(plain(1)));
    nanos.set(99);
    assertThat(wrappedKey(sealing.seal(plain(1)))).isEqualTo(first);
    nanos.set(100);
    assertThat(wrappedKey(sealing.seal(plain(1)))).isNotEqualTo(first);
  }

  @Test
  void changesOfTheMasterKeyEndIt() {
    KmsEnvelope sealing = sharing(MANY, MANY, DAY);
    String first = wrappedKey(sealing.seal(plain(1)));
    service.manager().rotateKey("orders");
    byte[] later = sealing.seal(plain(1));
    assertThat(wrappedKey(later)).isNotEqualTo(first);
    service.manager().disableKey("orders");
    assertThatThrownBy(() -> sealing.seal(plain(1)))
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_KEY_STATE));
    assertThat(envelope.open(later)).isEqualTo(plain(1));
    service.manager().enableKey("orders");
    assertThat(wrappedKey(sealing.seal(plain(1)))).isNotEqualTo(wrappedKey(later));
  }

  @Test
  void aStormOfThreadsMakesOneCall() throws Exception {
    KmsEnvelope sealing = sharing(MANY, MANY * 1000, DAY);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      Callable<String> one = () -> wrappedKey(sealing.seal(plain(100)));
      Set<String> keys = new java.util.HashSet<>();
      for (Future<String> each : threads.invokeAll(java.util.Collections.nCopies(200, one))) {
        keys.add(each.get());
      }
      assertThat(keys).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void sharingGoesByContextAndNotByAssociatedData() {
    KmsEnvelope sealing = sharing(MANY, MANY, DAY);
    byte[] one = sealing.withAad(new byte[] {1}).seal(plain(5));
    byte[] other = sealing.withAad(new byte[] {2}).seal(plain(5));
    assertThat(wrappedKey(other)).isEqualTo(wrappedKey(one));
    assertThatThrownBy(() -> envelope.withAad(new byte[] {2}).open(one))
        .isInstanceOf(FormatException.class);
    KmsEnvelope elsewhere = sealing.withContext(EncryptionContext.of(Map.of("tenant", "b")));
    assertThat(wrappedKey(elsewhere.seal(plain(5)))).isNotEqualTo(wrappedKey(one));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 2 * SEGMENT + 1})
  void arraysAndBuffersAreMessagesOfTheCipher(int bytes) throws Exception {
    byte[] plain = plain(bytes);
    byte[] message = envelope.seal(plain);
    assertThat(open(message)).isEqualTo(plain);
    assertThat(envelope.open(seal(bytes))).isEqualTo(plain);
    for (ByteBuffer source :
        List.of(
            ByteBuffer.wrap(plain),
            ByteBuffer.wrap(plain).asReadOnlyBuffer(),
            ByteBuffer.allocateDirect(bytes).put(plain).flip())) {
      ByteBuffer sealed = envelope.seal(source);
      assertThat(source.hasRemaining()).isFalse();
      assertThat(sealed.remaining()).isEqualTo(message.length);
      assertThat(envelope.open(sealed)).isEqualTo(ByteBuffer.wrap(plain));
      assertThat(sealed.hasRemaining()).isFalse();
    }
    ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(message, message.length - 1));
    assertThatThrownBy(() -> envelope.open(cut)).isInstanceOf(FormatException.class);
    assertThat(cut.position()).isZero();
  }

  @Test
  void boundsHaveRanges() {
    assertThatThrownBy(() -> new KmsDataKeyReuse(0, 1, DAY)).hasMessageContaining("messages 0");
    assertThatThrownBy(() -> new KmsDataKeyReuse((1L << 32) + 1, 1, DAY))
        .hasMessageContaining("4294967296");
    assertThatThrownBy(() -> new KmsDataKeyReuse(1, 0, DAY)).hasMessageContaining("bytes 0");
    assertThatThrownBy(() -> new KmsDataKeyReuse(1, 1, Duration.ZERO)).hasMessageContaining("age");
    assertThatThrownBy(() -> new KmsDataKeyReuse(1, 1, DAY.plusNanos(1)))
        .hasMessageContaining("at most PT24H");
    KmsDataKeyReuse standard = KmsDataKeyReuse.standard();
    assertThat(
            keysOf(envelope.sharingDataKeys(standard), 5, 1).stream().collect(Collectors.toSet()))
        .hasSize(1);
  }
}
