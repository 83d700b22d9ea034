package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyStateMachine;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RustFS's key records, as its newest version writes them, are read and left as it needs them. */
class RustfsKvRecordTest {
  private static final String POLICY = "{\"Statement\":[{\"Effect\":\"Allow\"}]}";

  /** As stored by RustFS for a key that was rotated twice. */
  private static final String ROTATED =
      """
      {"algorithm":"AES_256","usage":"EncryptDecrypt","created_at":"2026-01-01T00:00:00+00:00[UTC]",
       "status":"Active","version":3,"baseline_version":1,"description":"d","metadata":{"m":"n"},
       "tags":{"a":"b"},"deletion_date":null,"rotated_at":"2026-02-01T00:00:00+00:00[UTC]",
       "wrap_budget_reserved":1048576,
       "encrypted_key_material":"QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="}
      """;

  private static ObjectNode json(String text) throws IOException {
    return (ObjectNode) VaultReply.JSON.readTree(text);
  }

  private static KeyRecord read(ObjectNode top) {
    Stream<KeyVersion> older =
        RustfsKvRecord.older("k", top).stream()
            .map(number -> KeyVersion.compatible(number, new byte[32], Instant.EPOCH));
    int number = top.path(RustfsKvRecord.VERSION).asInt();
    KeyVersion current = RustfsKvRecord.versionIn("k", top, number);
    return RustfsKvRecord.read("k", top, Stream.concat(older, Stream.of(current)).toList());
  }

  @Test
  void aRecordWithBaselineVersionAndWrapBudgetIsReadAndKept() throws IOException {
    ObjectNode top = json(ROTATED);
    assertThat(RustfsKvRecord.older("k", top)).containsExactly(1, 2);
    KeyRecord key = read(top);
    assertThat(key.metadata().currentVersion()).isEqualTo(3);
    assertThat(key.metadata().state()).isEqualTo(KeyState.ENABLED);
    ObjectNode changed =
        RustfsKvRecord.changed(
            top,
            key.with(new KeyStateMachine(key.metadata(), KeyState.ENABLED).withDescription("e")));
    assertThat(changed.path("baseline_version").asInt()).isEqualTo(1);
    assertThat(changed.path("wrap_budget_reserved").asLong()).isEqualTo(1_048_576);
    assertThat(changed.path("metadata")).isEqualTo(top.path("metadata"));
    assertThat(changed.path("description").asText()).isEqualTo("e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"baseline_version\":1,", "\"wrap_budget_reserved\":1048576,"})
  void recordsOfOlderVersionsLackThem(String field) throws IOException {
    ObjectNode top = json(ROTATED.replace(field, "").replace("\"version\":3", "\"version\":1"));
    assertThat(RustfsKvRecord.older("k", top)).isEmpty();
    assertThat(read(top).metadata().currentVersion()).isEqualTo(1);
  }

  @Test
  void aFreshRecordReservesNoBudgetAndHasNoBaseline() {
    ObjectNode top = RustfsKvRecord.fresh(key(POLICY));
    assertThat(top.path("wrap_budget_reserved").isIntegralNumber()).isTrue();
    assertThat(top.path("wrap_budget_reserved").asLong()).isZero();
    assertThat(RustfsKvRecord.older("k", top)).isEmpty();
  }

  @Test
  void aPolicyIsKeptAndReturned() {
    ObjectNode top = RustfsKvRecord.fresh(key(POLICY));
    KeyRecord key = read(top);
    assertThat(key.metadata().policy()).isEqualTo(POLICY);
    KeyStateMachine disabled = key.standing().toggle(KeyState.DISABLED);
    KeyRecord later = read(RustfsKvRecord.changed(top, key.with(disabled)));
    assertThat(later.metadata().policy()).isEqualTo(POLICY);
    assertThat(later.metadata().state()).isEqualTo(KeyState.DISABLED);
    ObjectNode without = RustfsKvRecord.fresh(key(""));
    assertThat(without.has("policy")).isFalse();
    assertThat(read(without).metadata().policy()).isEmpty();
  }

  private static KeyRecord key(String policy) {
    KeyMetadata metadata =
        new KeyMetadata(
            "k",
            KeyState.ENABLED,
            KeyUsage.ENCRYPT_DECRYPT,
            "d",
            Map.of(),
            Instant.parse("2026-01-01T00:00:00Z"),
            null,
            null,
            1,
            KeyMetadata.ORIGIN_RUSTFS,
            "me",
            policy,
            KeyUsage.USUAL_BITS);
    KeyVersion only = KeyVersion.compatible(1, new byte[32], metadata.createdAt());
    return new KeyRecord(metadata, KeyState.ENABLED, List.of(only));
  }
}
