package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.format.KeyWrap;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The JSON of a key as format 14.3 has it, member by member. */
class RecordJsonTest {
  private static final String JSON =
      """
      {"state":"ENABLED","state_before_deletion":"ENABLED","usage":"ENCRYPT_DECRYPT",\
      "description":"orders ä","created_at":"2026-01-02T03:04:05.678Z","rotated_at":null,\
      "deletion_date":null,"origin":"CLAVIGER","created_by":"me","tags":{"team":"a"},\
      "versions":[{"number":1,"id":"fffffffffffffffe",\
      "material":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",\
      "wrap":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=",\
      "created_at":"2026-01-02T03:04:05.678Z"}]}""";

  private static byte[] secret(int fill) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) fill);
    return secret;
  }

  private static KeyRecord key() {
    Instant created = Instant.parse("2026-01-02T03:04:05.678Z");
    KeyMetadata metadata =
        new KeyMetadata(
            "orders",
            KeyState.ENABLED,
            KeyUsage.ENCRYPT_DECRYPT,
            "orders ä",
            Map.of("team", "a"),
            created,
            null,
            null,
            1,
            "CLAVIGER",
            "me");
    KeyVersion version = new KeyVersion(new KeyWrap.Version(1, -2), secret(1), secret(2), created);
    return new KeyRecord(metadata, KeyState.ENABLED, List.of(version));
  }

  private static KeyRecord read(String json) throws IOException {
    return RecordJson.read("orders", json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aKeyIsWrittenAndReadSo() throws IOException {
    assertThat(new String(RecordJson.write(key()), StandardCharsets.UTF_8)).isEqualTo(JSON);
    assertThat(read(JSON).metadata()).isEqualTo(key().metadata());
    assertThat(read(JSON).versions().get(0).id()).isEqualTo(new KeyWrap.Version(1, -2));
  }

  @Test
  void versionIdsAreSixteenHexadecimalDigitsAndNothingElse() {
    for (String other : new String[] {"-2", "FFFFFFFFFFFFFFFE", "fe", "fffffffffffffffe0", ""}) {
      assertThat(catchThrowable(() -> read(JSON.replace("fffffffffffffffe", other))))
          .as(other)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(catchThrowable(() -> read(JSON.replace("\"fffffffffffffffe\"", "-2"))))
        .as("a number")
        .isInstanceOf(IllegalArgumentException.class);
  }
}
