package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes are decoded to what encodes to the same bytes, or refused with a class of format 8. In
 * a usual run the seeds only; {@code build/fuzz} goes on from them.
 */
class FormatFuzzTest {
  private static final byte[] KEY = new byte[32];
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/test/v1");
  private static final Set<Failure> OF_WRITERS =
      EnumSet.of(Failure.SOURCE_LENGTH, Failure.SOURCE_CHANGED);

  private static void refusedAs(FormatException e, Failure... failures) {
    assertThat(e.failure()).isIn((Object[]) failures);
    assertThat(e.getMessage()).isNotBlank();
  }

  static Stream<byte[]> preambles() {
    return Stream.of(
        Preamble.single(0).encode(),
        Preamble.single(5_366_088_830L).encode(),
        new Preamble(false, 10_000, 1, Preamble.OFFSET_UNKNOWN).encode());
  }

  @MethodSource("preambles")
  @FuzzTest(maxDuration = "30s")
  void preamble(byte[] bytes) {
    try {
      Preamble decoded = Preamble.decode(bytes);
      assertThat(bytes).startsWith(decoded.encode());
      assertThat(Layout.plainBytes(Layout.storedBytes(decoded.plainBytes())))
          .isEqualTo(decoded.plainBytes());
    } catch (FormatException e) {
      refusedAs(
          e,
          Failure.TRUNCATED,
          Failure.WRONG_MAGIC,
          Failure.UNKNOWN_VERSION,
          Failure.UNKNOWN_FLAGS,
          Failure.PART_NUMBER,
          Failure.TOO_LARGE,
          Failure.OFFSET);
    }
  }

  static Stream<byte[]> parts() {
    PartSealer sealer = new PartSealer(KEY, Preamble.single(5), new byte[32]);
    PartSealer.Pass pass = sealer.newPass();
    byte[] prologue = pass.prologue();
    byte[] segment = new byte[37];
    pass.sealSegment(new byte[5], 0, 5, segment, 0);
    byte[] whole = new byte[prologue.length + segment.length];
    System.arraycopy(prologue, 0, whole, 0, prologue.length);
    System.arraycopy(segment, 0, whole, prologue.length, segment.length);
    return Stream.of(whole, prologue);
  }

  /** FLOE header and the first segment, of a key that the fuzzer knows. */
  @MethodSource("parts")
  @FuzzTest(maxDuration = "30s")
  void headerAndSegment(byte[] bytes) {
    int cut = Math.min(bytes.length, Layout.PROLOGUE_BYTES);
    byte[] prologue = java.util.Arrays.copyOf(bytes, cut);
    byte[] out = new byte[Layout.SEGMENT_PLAIN_BYTES];
    try {
      PartOpener part = PartOpener.verify(KEY, prologue, 1);
      part.reader().openSegment(0, bytes, cut, bytes.length - cut, out, 0);
      assertThat(part.preamble()).isEqualTo(Preamble.single(5));
    } catch (FormatException e) {
      assertThat(e.failure()).isNotIn(OF_WRITERS);
      assertThat(out).containsOnly(0);
    }
  }

  static Stream<byte[]> contexts() {
    Map<String, String> rich = new LinkedHashMap<>();
    rich.put("\uD83D\uDE00", "\u0001\n\"\\/");
    rich.put("\uFFFD", "é");
    return Stream.of(
        CanonicalContext.encode(Map.of()),
        CanonicalContext.encode(Map.of("tenant", "a")),
        CanonicalContext.encode(rich),
        "{\"a\":\"\\ud800\"}".getBytes(StandardCharsets.US_ASCII));
  }

  @MethodSource("contexts")
  @FuzzTest(maxDuration = "30s")
  void context(byte[] bytes) {
    try {
      assertThat(CanonicalContext.encode(CanonicalContext.decode(bytes))).isEqualTo(bytes);
    } catch (FormatException e) {
      refusedAs(e, Failure.ENVELOPE_MALFORMED);
    }
  }

  static Stream<byte[]> percents() {
    return Stream.of("orders%2F2026%20%C3%A4", "a~b", "%", "%4", "%+1", "ä")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("percents")
  @FuzzTest(maxDuration = "30s")
  void percentEncoding(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      assertThat(PercentEncoding.encode(PercentEncoding.decode("claviger-key", text)))
          .isEqualTo(text);
    } catch (FormatException e) {
      refusedAs(e, Failure.ENVELOPE_MALFORMED);
    }
  }

  private static final byte[] CONTEXT = "{}".getBytes(StandardCharsets.US_ASCII);

  static Stream<byte[]> wraps() {
    return Stream.of(
        WRAP.wrap(KEY, new byte[32], CONTEXT),
        WRAP.wrap(KEY, new byte[0], CONTEXT),
        WRAP.wrap(KEY, "k", new KeyWrap.Version(3, 7), new byte[32], CONTEXT),
        new byte[61]);
  }

  @MethodSource("wraps")
  @FuzzTest(maxDuration = "30s")
  void keyWrap(byte[] blob) {
    try {
      assertThat(WRAP.unwrap(KEY, blob, CONTEXT)).hasSize(blob.length - 49);
    } catch (FormatException e) {
      refusedAs(e, Failure.KEY_WRAP);
    }
    try {
      assertThat(WRAP.unwrap(KEY, "k", blob, CONTEXT)).hasSize(blob.length - 61);
    } catch (FormatException e) {
      refusedAs(e, Failure.KEY_WRAP);
    }
  }

  /** Fields as lines of {@code name=value}. */
  static Stream<byte[]> envelopes() {
    String key = Base64.getEncoder().encodeToString(new byte[81]);
    String hint = Base64.getEncoder().encodeToString(new byte[64]);
    String single =
        "claviger=1;single;names=object\nclaviger-key=k%%20l\nclaviger-dek=%s\nclaviger-hdr=%s\nclaviger-sse=aws:kms\nclaviger-from=YgBr\nclaviger-ctx=eyJhIjoiYiJ9\nauthor=me"
            .formatted(key, hint);
    String multi =
        "claviger=1;multi;names=bucket\nclaviger-key=k\nclaviger-dek=vault:v1:abc\nclaviger-bk=%s\nclaviger-sse=AES256"
            .formatted(key);
    String customer =
        "claviger=1;multi;names=none\nclaviger-dek=%s\nclaviger-sse=customer".formatted(key);
    return Stream.of(single, multi, customer, "claviger=2")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("envelopes")
  @FuzzTest(maxDuration = "30s")
  void envelope(byte[] bytes) {
    Map<String, String> metadata = new LinkedHashMap<>();
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              int cut = line.indexOf('=');
              metadata.put(line.substring(0, Math.max(0, cut)), line.substring(cut + 1));
            });
    try {
      Envelope envelope = Envelope.parse(metadata);
      Map<String, String> ours = new LinkedHashMap<>(metadata);
      ours.keySet().removeIf(name -> !Envelope.isOurs(name));
      assertThat(envelope.toMetadata()).containsExactlyInAnyOrderEntriesOf(ours);
    } catch (FormatException e) {
      refusedAs(
          e,
          Failure.UNKNOWN_VERSION,
          Failure.ENVELOPE_INCOMPLETE,
          Failure.ENVELOPE_MALFORMED,
          Failure.TOO_LARGE);
    }
  }
}
