package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.Steps.refused;
import static io.claviger.e2e.vault.Steps.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.config.VaultConfig;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultAdmin;
import io.claviger.testkit.VaultTestEnvironment;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that another client of KV swapped, edited, removed or put back. */
class TamperIT {
  @RegisterExtension final VaultTestEnvironment vault = VaultTestEnvironment.kv2("a", "b");

  private KmsManager kms;
  private VaultAdmin admin;

  @BeforeEach
  void open() {
    kms = vault.manager();
    admin = vault.mounts().server().admin();
  }

  private String path(String kind, String id) {
    return vault.mounts().kv() + "/" + kind + "/" + VaultConfig.DEFAULT_KEY_PATH_PREFIX + "/" + id;
  }

  private ObjectNode record(String id) {
    return (ObjectNode) admin.read(path("data", id)).path("data").path("data");
  }

  private void put(String id, ObjectNode record) {
    admin.write(path("data", id), Map.of("data", record));
  }

  /** What a process says that has not seen the key before, and one that has. */
  private void assertRefused(String id, String... words) {
    assertThat(refused(ErrorKind.CORRUPT_RECORD, () -> kms.tagKey(id, Map.of("t", "1"))))
        .hasMessageContaining("key \"" + id + "\"")
        .hasMessageContainingAll(words);
    inAnotherProcess(
        fresh -> {
          refused(ErrorKind.CORRUPT_RECORD, () -> Steps.roundTrip(fresh, id));
          ListKeysResult listed = fresh.listKeys(ListKeysRequest.first());
          assertThat(listed.damagedKeyIds()).containsExactly(id);
          assertThat(listed.keys()).extracting(KeyMetadata::keyId).doesNotContain(id).isNotEmpty();
          refused(ErrorKind.KEY_ALREADY_EXISTS, () -> fresh.createKey(id));
        });
  }

  private void inAnotherProcess(Consumer<KmsManager> work) {
    KmsServiceManager other = running(vault.config().backend());
    try {
      work.accept(other.manager());
    } finally {
      other.stop();
    }
  }

  @Test
  void anotherKeysRecordIsRefused() {
    kms.tagKey("a", Map.of("of", "a"));
    put("b", record("a"));
    assertRefused("b", "was edited, cut, or belongs to another key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "description", "created_at", "usage", "origin"})
  void anEditedFieldIsRefused(String field) {
    kms.disableKey("a");
    ObjectNode edited = record("a");
    edited.put(field, field.equals("state") ? "Enabled" : "2020-01-01T00:00:00Z");
    put("a", edited.put("generation", 3));
    assertRefused("a", "was edited, cut, or belongs to another key");
  }

  @Test
  void anAddedFieldAnEditedTagAndACutSealAreRefused() {
    kms.tagKey("a", Map.of("team", "x"));
    ObjectNode more = record("a");
    put("a", more.put("generation", 3).put("more", "1"));
    assertRefused("a", "was edited");
    ObjectNode tag = record("a");
    tag.remove("more");
    tag.withObjectProperty("tags").put("team", "y");
    put("a", tag.put("generation", 4));
    assertRefused("a", "was edited");
    ObjectNode cut = record("a");
    cut.put("sealed", cut.path("sealed").asText().substring(0, 60));
    put("a", cut.put("generation", 5));
    assertRefused("a", "was edited");
  }

  @Test
  void anOlderRecordPutBackIsRefused() {
    ObjectNode enabled = record("a");
    kms.disableKey("a");
    put("a", enabled);
    assertRefused("a", "generation 1 but is stored in version 3");
    put("a", enabled.put("generation", 4));
    assertRefused("a", "was edited");
  }

  @Test
  void anOlderRecordUnderItsOwnVersionIsRefusedByWhoHasSeenANewer() {
    ObjectNode enabled = record("a");
    kms.disableKey("a");
    admin.delete(path("metadata", "a"));
    put("a", enabled);
    assertThat(refused(ErrorKind.CORRUPT_RECORD, () -> kms.enableKey("a")))
        .hasMessageContaining("version 1, but this process has seen version 2");
  }

  @Test
  void aRemovedRecordIsMissedAndADeletedOneNamed() {
    admin.delete(path("metadata", "a"));
    assertThat(refused(ErrorKind.CORRUPT_RECORD, () -> kms.disableKey("a")))
        .hasMessageContaining("another client removed it");
    admin.delete(path("data", "b"));
    assertThat(refused(ErrorKind.CORRUPT_RECORD, () -> kms.disableKey("b")))
        .hasMessageContaining("was deleted by another client (vault kv undelete)");
    admin.write(path("undelete", "b"), Map.of("versions", new int[] {1}));
    assertThat(kms.disableKey("b").state()).as("whole again").isEqualTo(KeyState.DISABLED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noRawKeyLiesInAnyVersionOfARecord(boolean underMasterKey) {
    VaultConfig sealedByTransit = (VaultConfig) vault.config().backend();
    KmsServiceManager service =
        running(
            underMasterKey
                ? sealedByTransit
                    .withPlaces(vault.mounts().transit(), vault.mounts().kv(), "other")
                    .sealedByMasterKey("p")
                : sealedByTransit);
    byte[] known = new byte[32];
    java.util.Arrays.fill(known, (byte) 0x5a);
    service
        .manager()
        .importRawKey(
            new ImportKeyRequest(
                "k", SecretBytes.copyOf(known), KeyUsage.ENCRYPT_DECRYPT, "", Map.of()));
    service.manager().rotateKey("k");
    byte[] second;
    try (SecretBytes lent = service.manager().lendMaterial("k", 2, false)) {
      second = lent.toByteArray();
    }
    service.stop();
    String at =
        vault.mounts().kv()
            + "/data/"
            + (underMasterKey ? "other" : VaultConfig.DEFAULT_KEY_PATH_PREFIX);
    for (int version = 1; version <= 2; version++) {
      JsonNode stored = admin.read(at + "/k?version=" + version);
      assertThat(stored.path("data").path("data").path("sealed").asText()).hasSizeGreaterThan(200);
      for (byte[] raw : new byte[][] {known, second}) {
        assertThat(stored.toString())
            .doesNotContain(Base64.getEncoder().encodeToString(raw))
            .doesNotContain(HexFormat.of().formatHex(raw));
      }
    }
  }

  @Test
  void aDestroyedKeyLeavesNoVersionBehindAndItsRecordsDoNotReturn() {
    ObjectNode alive = record("a");
    byte[] blob = Steps.roundTrip(kms, "a");
    kms.deleteKey(io.claviger.kms.DeleteKeyRequest.immediate("a", "a"));
    assertThat(admin.status("GET", path("data", "a") + "?version=1", Map.of())).isEqualTo(404);
    refused(ErrorKind.KEY_NOT_FOUND, () -> Steps.open(kms, "a", blob));
    put("a", alive);
    refused(ErrorKind.CORRUPT_RECORD, () -> kms.disableKey("a"));
    admin.delete(path("metadata", "a"));
    inAnotherProcess(fresh -> fresh.createKey("a"));
  }

  /** The way back that docs/vault.md gives. */
  @Test
  void aRecordThatWasOverwrittenIsBroughtBack() {
    byte[] blob = Steps.roundTrip(kms, "a");
    kms.tagKey("a", Map.of("version", "2"));
    ObjectNode good = record("a");
    put("a", good.deepCopy().put("state", "Enabled").put("more", "x"));
    refused(ErrorKind.CORRUPT_RECORD, () -> kms.disableKey("a"));
    ObjectNode kept =
        (ObjectNode) admin.read(path("data", "a") + "?version=2").path("data").path("data");
    admin.delete(path("metadata", "a"));
    put("a", kept);
    put("a", kept);
    inAnotherProcess(
        fresh -> {
          assertThat(Steps.open(fresh, "a", blob)).hasSize(32);
          assertThat(fresh.describeKey("a").tags()).isEqualTo(Map.of("version", "2"));
          fresh.rotateKey("a");
        });
  }
}
