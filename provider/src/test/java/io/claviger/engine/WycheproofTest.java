package io.claviger.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public answers of Project Wycheproof, as far as the engine has the algorithm. */
class WycheproofTest {
  @Test
  void aesGcm() throws IOException {
    int tried = 0;
    for (JsonNode group : read("aes_gcm_test.json")) {
      if (group.get("ivSize").asInt() != 96 || group.get("tagSize").asInt() != 128) {
        continue; // the engine has one IV and one tag length
      }
      for (JsonNode test : group.get("tests")) {
        byte[] message = hex(test, "msg");
        byte[] sealed = HexFormat.of().parseHex(test.get("ct").asText() + test.get("tag").asText());
        byte[] out = new byte[sealed.length];
        AesGcm gcm = new AesGcm(hex(test, "key"));
        int opened =
            gcm.open(hex(test, "iv"), 0, hex(test, "aad"), sealed, 0, sealed.length, out, 0);
        boolean valid = test.get("result").asText().equals("valid");
        assertThat(opened).as(test.get("tcId").asText()).isEqualTo(valid ? message.length : -1);
        if (valid) {
          assertThat(Arrays.copyOf(out, message.length)).isEqualTo(message);
          gcm.seal(hex(test, "iv"), 0, hex(test, "aad"), message, 0, message.length, out, 0);
          assertThat(out).isEqualTo(sealed);
        } else {
          assertThat(out).as("nothing of the plaintext").containsOnly(0);
        }
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource(Hkdf.class)
  void hkdf(Hkdf hkdf) throws IOException {
    int tried = 0;
    for (JsonNode group :
        read(
            hkdf.name().toLowerCase(java.util.Locale.ROOT).replace("sha_", "hkdf_sha")
                + "_test.json")) {
      for (JsonNode test : group.get("tests")) {
        if (test.get("result").asText().equals("valid")) {
          assertThat(
                  hkdf.derive(
                      hex(test, "ikm"),
                      hex(test, "salt"),
                      hex(test, "info"),
                      test.get("size").asInt()))
              .as(test.get("tcId").asText())
              .isEqualTo(hex(test, "okm"));
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThan(50);
  }

  private static byte[] hex(JsonNode test, String field) {
    return HexFormat.of().parseHex(test.get(field).asText());
  }

  private static JsonNode read(String file) throws IOException {
    try (InputStream in = WycheproofTest.class.getResourceAsStream("/vectors/wycheproof/" + file)) {
      return new JsonMapper().readTree(in).get("testGroups");
    }
  }
}
