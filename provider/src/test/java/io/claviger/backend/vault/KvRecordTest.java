package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.vault.KvEngine.Entry;
import io.claviger.kms.CryptoException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class KvRecordTest {
  static final RecordSeal SEAL = new MasterKeySeal(new byte[32]);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.000000001Z");

  static KeyRecord key(String id) {
    KeyMetadata metadata =
        new KeyMetadata(
            id,
            KeyState.PENDING_DELETION,
            KeyUsage.ENCRYPT_DECRYPT,
            "\u0001 \"d\"",
            Map.of("a", "b", "\uD83D\uDD11", ""),
            NOW,
            NOW.plusSeconds(1),
            NOW.plusSeconds(2),
            2,
            KeyMetadata.ORIGIN_CLAVIGER,
            "me",
            "{\"policy\":1}",
            KeyUsage.USUAL_BITS);
    return new KeyRecord(
        metadata,
        KeyState.DISABLED,
        List.of(KeyVersion.fresh(1, 32, NOW), KeyVersion.fresh(2, 32, NOW.plusSeconds(1))));
  }

  private static void assertRefused(String id, ObjectNode json, long version, RecordSeal seal) {
    CryptoException e =
        catchThrowableOfType(
            CryptoException.class, () -> KvRecord.decode(id, new Entry(json, version), seal));
    assertThat(e).as(json.toString()).isNotNull();
    assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD);
    assertThat(e).hasMessageContaining("key \"" + id + "\"");
  }

  @Test
  void aRecordComesBackWhole() {
    KeyRecord key = key("k");
    KeyRecord read = KvRecord.decode("k", new Entry(KvRecord.encode(key, 7, SEAL), 7), SEAL);
    assertThat(read.metadata()).isEqualTo(key.metadata());
    assertThat(read.stateBeforeDeletion()).isEqualTo(KeyState.DISABLED);
    assertThat(read.versions()).isEqualTo(key.versions());
    assertThat(read.hasMaterialOf(key)).isTrue();
    for (int i = 0; i < 2; i++) {
      assertThat(read.versions().get(i).wrap()).isEqualTo(key.versions().get(i).wrap());
    }
  }

  @Test
  void noSecretStandsInItInTheClear() {
    KeyRecord key = key("k");
    String text = KvRecord.encode(key, 1, SEAL).toString();
    for (KeyVersion version : key.versions()) {
      assertThat(text).doesNotContain(Base64.getEncoder().encodeToString(version.material()));
      assertThat(text).doesNotContain(Base64.getEncoder().encodeToString(version.wrap()));
    }
  }

  @Test
  void anotherIdGenerationVersionOrRootKeyIsRefused() {
    ObjectNode json = KvRecord.encode(key("k"), 7, SEAL);
    assertRefused("l", json, 7, SEAL);
    assertRefused("k", json, 6, SEAL);
    assertRefused("k", json, 8, SEAL);
    assertRefused("k", json.deepCopy().put("generation", 8), 8, SEAL);
    byte[] other = new byte[32];
    other[0] = 1;
    assertRefused("k", json, 7, new MasterKeySeal(other));
  }

  @Test
  void everyFieldThatIsChangedRemovedOrAddedIsNoticed() {
    ObjectNode whole = KvRecord.encode(key("k"), 7, SEAL);
    List<String> fields = new ArrayList<>();
    whole.fieldNames().forEachRemaining(fields::add);
    assertThat(fields).hasSize(15);
    for (String field : fields) {
      ObjectNode removed = whole.deepCopy();
      removed.remove(field);
      assertRefused("k", removed, 7, SEAL);
      assertRefused("k", whole.deepCopy().put(field, "x"), 7, SEAL);
      assertRefused("k", whole.deepCopy().put(field, 1), 7, SEAL);
      assertRefused("k", whole.deepCopy().putNull(field), 7, SEAL);
    }
    List<Consumer<ObjectNode>> edits =
        List.of(
            json -> json.put("more", ""),
            json -> json.withObjectProperty("tags").put("a", "c"),
            json -> json.withObjectProperty("tags").put("c", ""),
            json -> json.withObjectProperty("tags").remove("a"));
    for (Consumer<ObjectNode> edit : edits) {
      ObjectNode edited = whole.deepCopy();
      edit.accept(edited);
      assertRefused("k", edited, 7, SEAL);
    }
  }
}
