package io.claviger.backend.keyring;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are an envelope of RustFS, none, or one that is refused with a reason. */
class RustfsEnvelopeFuzzTest {
  static Stream<byte[]> envelopes() {
    String local =
        """
        {"key_id":"d","master_key_id":"k","key_spec":"AES_256","encrypted_key":[0,255,7],"nonce":[1,2,3,4,5,6,7,8,9,10,11,12],"encryption_context":{"bucket":"b"},"created_at":"2026-01-01T00:00:00Z","master_key_version":2,"context_binding":1}\
        """;
    return Stream.of(
            local,
            local.replace("[0,255,7]", "[256]"),
            local.replace("[0,255,7]", "[4294967297]"),
            local.replace("[0,255,7]", "7"),
            local.replace("\"context_binding\":1", "\"context_binding\":\"1\""),
            local.replace("\"b\"", "\"\\ud800\""),
            "{}",
            "{")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("envelopes")
  @FuzzTest(maxDuration = "30s")
  void envelope(byte[] bytes) {
    try {
      RustfsEnvelope envelope = RustfsEnvelope.read(bytes).orElse(null);
      if (envelope != null) {
        byte[] opened = envelope.open(new byte[32], envelope.context(), true);
        assertThat(opened).as("no key opens what it did not seal").isNull();
      }
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
