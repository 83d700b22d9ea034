package io.claviger.e2e.vault;

import static io.claviger.e2e.vault.RustfsByHand.DATA_KEY;
import static io.claviger.e2e.vault.RustfsByHand.envelope;
import static io.claviger.e2e.vault.RustfsByHand.filled;
import static io.claviger.e2e.vault.RustfsByHand.topRecord;
import static io.claviger.e2e.vault.RustfsByHand.transitEnvelope;
import static io.claviger.e2e.vault.RustfsByHand.versionRecord;
import static io.claviger.e2e.vault.Steps.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.config.BackendConfig;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.SecretBytes;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultAdmin;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys and envelopes of RustFS in Vault open as they are, from vectors made by hand. */
class RustfsVectorsIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final EncryptionContext NONE = EncryptionContext.empty();
  private static final EncryptionContext BUCKET = EncryptionContext.of(Map.of("bucket", "b"));
  private static final String BUCKET_TEXT = "{\"bucket\":\"b\"}";

  private Mounts mounts;
  private VaultAdmin admin;
  private KmsServiceManager service;

  @BeforeEach
  void mount() {
    mounts = Mounts.fresh();
    admin = mounts.server().admin();
  }

  @AfterEach
  void close() {
    service.stop();
    mounts.unmount();
  }

  private KmsManager kms(BackendConfig config) {
    service = Steps.running(config);
    return service.manager();
  }

  private KmsManager kv2() {
    return kms(mounts.kv2(Policies.token(mounts, "claviger-rustfs")).insecureRustfsCompatible());
  }

  private KmsManager transit() {
    return kms(mounts.transit(Policies.token(mounts, "claviger-transit")));
  }

  private void put(String path, String json) throws Exception {
    admin.write(mounts.kv() + "/data/rustfs/kms/" + path, Map.of("data", JSON.readTree(json)));
  }

  private JsonNode stored(String path) {
    return admin.read(mounts.kv() + "/data/rustfs/kms/" + path).path("data").path("data");
  }

  private static void assertOpens(KmsManager kms, byte[] blob, EncryptionContext context) {
    try (SecretBytes key = kms.decrypt(new DecryptRequest(null, blob, context))) {
      assertThat(key.toByteArray()).isEqualTo(DATA_KEY);
    }
  }

  private static void assertDoesNotOpen(KmsManager kms, byte[] blob, EncryptionContext context) {
    refused(ErrorKind.NOT_AUTHENTIC, () -> kms.decrypt(new DecryptRequest("k", blob, context)));
  }

  @Test
  void aKeyInKvAndItsEnvelopes() throws Exception {
    put("keys/k", topRecord(1, filled(7), "Active", ""));
    KmsManager kms = kv2();
    KeyMetadata key = kms.describeKey("k");
    assertThat(key.state()).isEqualTo(KeyState.ENABLED);
    assertThat(key.origin()).isEqualTo(KeyMetadata.ORIGIN_RUSTFS);
    assertThat(key.description()).isEqualTo("orders");
    assertThat(key.tags()).isEqualTo(Map.of("team", "a"));
    assertThat(key.createdAt()).hasToString("2026-01-01T00:00:00Z");
    assertOpens(kms, envelope("k", filled(7), "", "{}", false), NONE);
    assertOpens(kms, envelope("k", filled(7), "", BUCKET_TEXT, false), BUCKET);
    byte[] bound = envelope("k", filled(7), ",\"master_key_version\":1", BUCKET_TEXT, true);
    assertOpens(kms, bound, BUCKET);
    assertDoesNotOpen(kms, bound, NONE);
    assertDoesNotOpen(kms, envelope("k", filled(8), "", "{}", false), NONE);
    assertDoesNotOpen(kms, envelope("other", filled(7), "", "{}", false), NONE);
    byte[] ours = Steps.roundTrip(kms, "k");
    assertThat(Steps.open(kms, "k", ours)).hasSize(32);
  }

  @Test
  void aRotatedKeyInKvAndItsNextRotationByUs() throws Exception {
    put("keys/k/versions/2", versionRecord(2, filled(2)));
    put("keys/k/versions/3", versionRecord(3, filled(3)));
    put(
        "keys/k",
        topRecord(3, filled(3), "Active", ",\"baseline_version\":2,\"of_tomorrow\":{\"a\":[1]}"));
    KmsManager kms = kv2();
    byte[] second = envelope("k", filled(2), ",\"master_key_version\":2", "{}", false);
    byte[] third = envelope("k", filled(3), ",\"master_key_version\":3", BUCKET_TEXT, true);
    assertOpens(kms, second, NONE);
    assertOpens(kms, third, BUCKET);
    assertThat(kms.rotateKey("k").currentVersion()).isEqualTo(4);
    assertOpens(kms, second, NONE);
    assertOpens(kms, third, BUCKET);
    JsonNode top = stored("keys/k");
    assertThat(top.path("version").asInt()).isEqualTo(4);
    assertThat(top.path("baseline_version").asInt()).isEqualTo(2);
    assertThat(top.path("of_tomorrow").toString()).isEqualTo("{\"a\":[1]}");
    assertThat(top.path("wrap_budget_reserved").asInt()).isEqualTo(4096);
    assertThat(top.path("metadata").toString()).isEqualTo("{\"m\":\"1\"}");
    assertThat(top.path("created_at").asText()).isEqualTo("2026-01-01T00:00:00+00:00[UTC]");
    assertThat(top.path("rotated_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?\\+00:00\\[UTC]");
    JsonNode fourth = stored("keys/k/versions/4");
    assertThat(fourth.path("version").asInt()).isEqualTo(4);
    assertThat(fourth.path("encrypted_key_material")).isEqualTo(top.path("encrypted_key_material"));
  }

  @Test
  void theFirstRotationFreezesTheVersionThatWas() throws Exception {
    put("keys/k", topRecord(1, filled(7), "Active", ""));
    put("keys/k/versions/2", versionRecord(2, filled(9))); // of a rotation that a crash cut off
    KmsManager kms = kv2();
    kms.rotateKey("k");
    assertThat(stored("keys/k").path("baseline_version").asInt()).isEqualTo(1);
    assertThat(material("keys/k/versions/1")).isEqualTo(filled(7));
    assertThat(material("keys/k")).as("the one that was made before").isEqualTo(filled(9));
    assertOpens(kms, envelope("k", filled(7), ",\"master_key_version\":1", "{}", false), NONE);
    assertOpens(kms, envelope("k", filled(9), ",\"master_key_version\":2", "{}", false), NONE);
  }

  private byte[] material(String path) {
    return Base64.getDecoder().decode(stored(path).path("encrypted_key_material").asText());
  }

  @Test
  void statesOfRustfsAndWhatIsDamaged() throws Exception {
    put("keys/disabled", topRecord(1, filled(7), "Disabled", ""));
    put("keys/pending", topRecord(1, filled(7), "PendingDeletion", ""));
    put("keys/gone", topRecord(1, filled(7), "Deleted", ""));
    put("keys/odd", topRecord(1, filled(7), "Sleeping", ""));
    put("keys/lacks", topRecord(2, filled(7), "Active", ",\"baseline_version\":1"));
    put("keys/short", topRecord(1, new byte[31], "Active", ""));
    put("keys/wide", topRecord(2_000_000_000, filled(7), "Active", ",\"baseline_version\":1"));
    KmsManager kms = kv2();
    assertThat(kms.describeKey("disabled").state()).isEqualTo(KeyState.DISABLED);
    assertThat(kms.cancelKeyDeletion("pending").state()).isEqualTo(KeyState.ENABLED);
    refused(ErrorKind.KEY_NOT_FOUND, () -> kms.describeKey("gone"));
    for (String damaged : new String[] {"odd", "lacks", "short", "wide"}) {
      assertThat(refused(ErrorKind.CORRUPT_RECORD, () -> kms.describeKey(damaged)))
          .hasMessageContaining("\"" + damaged + "\"");
    }
    assertThat(kms.listKeys(io.claviger.kms.ListKeysRequest.first()).damagedKeyIds())
        .containsExactly("lacks", "odd", "short", "wide");
  }

  /** An envelope names its key, and its writer may have meant another path. */
  @Test
  void anIdIsNeverAPath() throws Exception {
    put("keys/k/versions/2", versionRecord(2, filled(2)));
    put("elsewhere/k", topRecord(1, filled(7), "Active", ""));
    KmsManager kms = kv2();
    for (String id : new String[] {"k/versions/2", "../elsewhere/k", "..", ".", "", "a\\b"}) {
      refused(ErrorKind.KEY_NOT_FOUND, () -> kms.describeKey(id));
      refused(
          ErrorKind.KEY_NOT_FOUND,
          () ->
              kms.decrypt(
                  new DecryptRequest(null, envelope(json(id), filled(7), "", "{}", false), NONE)));
    }
  }

  private static String json(String id) {
    return id.replace("\\", "\\\\");
  }

  private String encryptedByTransit(String context) {
    Map<String, String> fields = new HashMap<>();
    fields.put("plaintext", Base64.getEncoder().encodeToString(DATA_KEY));
    if (!context.equals("{}")) {
      fields.put(
          "associated_data",
          Base64.getEncoder()
              .encodeToString(context.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    return admin
        .write(mounts.transit() + "/encrypt/k", fields)
        .path("data")
        .path("ciphertext")
        .asText();
  }

  @Test
  void aKeyInTransitAndItsEnvelopes() throws Exception {
    admin.write(mounts.transit() + "/keys/k", Map.of("type", "aes256-gcm96"));
    put(
        "transit-metadata/k",
        """
        {"key_usage":"EncryptDecrypt","description":"orders","tags":{"team":"a"},"key_state":"Enabled",
         "created_at":"2026-01-01T00:00:00+00:00[UTC]","deletion_date":null,"origin":"VAULT",
         "created_by":"root","current_version":1,"of_tomorrow":[1]}
        """);
    KmsManager kms = transit();
    KeyMetadata key = kms.describeKey("k");
    assertThat(key.description()).isEqualTo("orders");
    assertThat(key.createdBy()).isEqualTo("root");
    assertThat(key.createdAt()).hasToString("2026-01-01T00:00:00Z");
    byte[] free = transitEnvelope("k", encryptedByTransit("{}"), "{}");
    byte[] bound = transitEnvelope("k", encryptedByTransit(BUCKET_TEXT), BUCKET_TEXT);
    assertOpens(kms, free, NONE);
    assertOpens(kms, bound, BUCKET);
    assertDoesNotOpen(kms, bound, NONE);
    assertDoesNotOpen(kms, free, BUCKET);
    byte[] moved = transitEnvelope("k", encryptedByTransit(BUCKET_TEXT), "{\"bucket\":\"c\"}");
    assertDoesNotOpen(kms, moved, EncryptionContext.of(Map.of("bucket", "c")));
    kms.tagKey("k", Map.of("more", "1"));
    assertThat(stored("transit-metadata/k").path("of_tomorrow").toString()).isEqualTo("[1]");
    assertThat(stored("transit-metadata/k").path("created_at").asText())
        .isEqualTo("2026-01-01T00:00:00+00:00[UTC]");
  }

  @Test
  void aKeyInTransitWithoutMetadataIsEnabledAndGetsSomeWithItsFirstChange() {
    admin.write(mounts.transit() + "/keys/k", Map.of("type", "aes256-gcm96"));
    KmsManager kms = transit();
    assertThat(kms.describeKey("k").state()).isEqualTo(KeyState.ENABLED);
    Steps.roundTrip(kms, "k");
    refused(ErrorKind.KEY_ALREADY_EXISTS, () -> kms.createKey("k"));
    kms.disableKey("k");
    assertThat(stored("transit-metadata/k").path("key_state").asText()).isEqualTo("Disabled");
  }

  @Test
  void aKeyOfAnotherTypeInTransitIsNotUsedAndNotListed() {
    admin.write(mounts.transit() + "/keys/rsa", Map.of("type", "rsa-2048"));
    KmsManager kms = transit();
    assertThat(refused(ErrorKind.INVALID_KEY_STATE, () -> Steps.roundTrip(kms, "rsa")))
        .hasMessageContaining("is of no type that is used here (aes256-gcm96, aes128-gcm96, hmac");
    assertThat(kms.listKeys(io.claviger.kms.ListKeysRequest.first()).keys()).isEmpty();
    refused(ErrorKind.KEY_NOT_FOUND, () -> Steps.roundTrip(kms, "claviger-root"));
    refused(ErrorKind.INVALID_REQUEST, () -> kms.createKey("claviger-root"));
  }
}
