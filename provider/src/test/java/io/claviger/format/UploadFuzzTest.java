package io.claviger.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids of uploads and starts of messages: any bytes are what we wrote, or are refused. */
class UploadFuzzTest {
  static Stream<byte[]> ids() {
    Map<String, String> envelope =
        Map.of(
            "claviger", "1;multi;names=object",
            "claviger-key", "orders%2F2026",
            "claviger-dek", Base64.getEncoder().encodeToString(new byte[93]),
            "claviger-ctx", "eyJ0ZW5hbnQiOiJhIn0=",
            "claviger-sse", "aws:kms");
    String whole = UploadId.of("store.claviger1.id", envelope, "CRC32").text();
    return Stream.of(
            whole,
            whole.substring(0, whole.length() - 1),
            "store's own",
            ".claviger1.",
            ".claviger1.AAAAAAAAAAAAAAAAAAA",
            ".claviger1.____")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("ids")
  @FuzzTest(maxDuration = "30s")
  void uploadId(byte[] bytes) {
    String id = new String(bytes, StandardCharsets.UTF_8);
    assertThat(id).startsWith(UploadId.storeIdOf(id));
    try {
      UploadId.parse(id).ifPresent(parsed -> assertThat(parsed.text()).isEqualTo(id));
    } catch (FormatException e) {
      assertThat(e.failure())
          .isIn(
              Failure.ENVELOPE_MALFORMED,
              Failure.ENVELOPE_INCOMPLETE,
              Failure.UNKNOWN_VERSION,
              Failure.TOO_LARGE);
    }
  }

  static Stream<byte[]> messages() {
    byte[] whole =
        new EnvelopeMessage.Sealer(new byte[32], new byte[] {1, 2, 3}, new byte[0]).start();
    return Stream.of(whole, Arrays.copyOf(whole, EnvelopeMessage.FIXED_BYTES));
  }

  @MethodSource("messages")
  @FuzzTest(maxDuration = "30s")
  void message(byte[] bytes) {
    byte[] start = Arrays.copyOf(bytes, Math.max(bytes.length, EnvelopeMessage.FIXED_BYTES));
    try {
      int wrapped = EnvelopeMessage.wrappedBytes(start);
      assertThat(wrapped).isBetween(1, EnvelopeMessage.MAX_WRAPPED_BYTES);
      int length = EnvelopeMessage.FIXED_BYTES + wrapped + EnvelopeMessage.HEADER_BYTES;
      new EnvelopeMessage.Opener(new byte[32], Arrays.copyOf(bytes, length), new byte[0]);
    } catch (FormatException e) {
      assertThat(e.failure())
          .isIn(
              Failure.WRONG_MAGIC,
              Failure.UNKNOWN_VERSION,
              Failure.UNKNOWN_FLAGS,
              Failure.UNKNOWN_PARAMETERS,
              Failure.LENGTH,
              Failure.HEADER_TAG);
    }
  }
}
