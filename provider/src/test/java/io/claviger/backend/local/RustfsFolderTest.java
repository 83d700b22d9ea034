package io.claviger.backend.local;

import static io.claviger.backend.local.RustfsVectors.ARGON2;
import static io.claviger.backend.local.RustfsVectors.ARGON2_KEY;
import static io.claviger.backend.local.RustfsVectors.ARGON2_MASTER_KEY;
import static io.claviger.backend.local.RustfsVectors.LEGACY;
import static io.claviger.backend.local.RustfsVectors.LEGACY_MASTER_KEY;
import static io.claviger.backend.local.RustfsVectors.LEGACY_NONCE;
import static io.claviger.backend.local.RustfsVectors.MATERIAL;
import static io.claviger.backend.local.RustfsVectors.ZERO_NONCE;
import static io.claviger.backend.local.RustfsVectors.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.keyring.Argon2Key;
import io.claviger.backend.keyring.RustfsDates;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key folder of RustFS opens as it is, or is refused record by record. */
class RustfsFolderTest {
  @TempDir Path temporary;
  private Path rustfs;

  @BeforeEach
  void folder() throws IOException {
    rustfs = RustfsVectors.folder(temporary);
  }

  private void put(String id, String json) throws IOException {
    RustfsVectors.put(rustfs, id, json);
  }

  private KmsBackend open(String masterKey) {
    return new LocalBackendFactory()
        .create(
            BackendFields.of(LocalConfig.of(rustfs, masterKey).toMapWithSecrets()),
            BackendSettings.DEFAULT);
  }

  private static KeyMetadata describe(KmsBackend backend, String id) {
    return backend.describeKey(new DescribeKeyRequest(id));
  }

  @Test
  void theKeyOfTheMasterKeyIsRustfssOwn() {
    assertThat(
            Argon2Key.usual(RustfsVectors.salt())
                .derive(ARGON2_MASTER_KEY.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(HexFormat.of().parseHex(ARGON2_KEY));
  }

  @ParameterizedTest
  @CsvSource({"encrypted-master-key", "legacy-unspecified", "''"})
  void aRecordUnderArgon2idOpensWithEveryMarkerThatAllowsIt(String marker) throws IOException {
    put("k", record("k", ARGON2, ZERO_NONCE, marker));
    try (KmsBackend backend = open(ARGON2_MASTER_KEY)) {
      KeyMetadata key = describe(backend, "k");
      assertThat(key.state()).isEqualTo(KeyState.ENABLED);
      assertThat(key.tags()).isEqualTo(Map.of("team", "a"));
      assertThat(key.createdAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
      assertThat(key.createdBy()).isEqualTo("root");
      assertThat(key.origin()).isEqualTo(KeyMetadata.ORIGIN_RUSTFS);
    }
  }

  @Test
  void aLegacyRecordOpensWithoutMarkerOnly() throws IOException {
    put("old", record("old", LEGACY, LEGACY_NONCE, ""));
    put("said", record("said", LEGACY, LEGACY_NONCE, "encrypted-master-key"));
    try (KmsBackend backend = open(LEGACY_MASTER_KEY)) {
      assertThat(describe(backend, "old").keyId()).isEqualTo("old");
      assertCorrupt(backend, "said", "does not open under this master key");
      assertThat(backend.listKeys(ListKeysRequest.first()).damagedKeyIds()).containsExactly("said");
    }
  }

  @Test
  void materialThatLiesOpenIsReadWithoutMasterKeyOnly() throws IOException {
    String plain = Base64.getEncoder().encodeToString(MATERIAL);
    put("dev", record("dev", plain, "[]", "plaintext-dev-only"));
    put("older", record("older", plain, "[]", ""));
    try (KmsBackend backend = open("")) {
      assertThat(describe(backend, "dev").keyId()).isEqualTo("dev");
      assertThat(describe(backend, "older").keyId()).isEqualTo("older");
    }
    try (KmsBackend backend = open(ARGON2_MASTER_KEY)) {
      assertCorrupt(backend, "dev", "its material is not encrypted");
      assertCorrupt(backend, "older", "its material is not encrypted");
    }
  }

  private static void assertCorrupt(KmsBackend backend, String id, String how) {
    KmsException e = catchThrowableOfType(KmsException.class, () -> describe(backend, id));
    assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD);
    assertThat(e).hasMessageContaining("key \"" + id + "\"").hasMessageContaining(how);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format_version\":1|\"format_version\":2|format_version 2, expected 1",
        "\"key_id\":\"k\"|\"key_id\":\"l\"|it says key_id \"l\"",
        "AES_256|AES_128|algorithm \"AES_128\"",
        "\"version\":1,|\"version\":0,|version 0, expected a number from 1",
        "\"version\":1,|\"version\":4294967297,|version 4294967297, expected",
        "Active|Strange|status \"Strange\"",
        "Active|Deleted|status \"Deleted\"",
        "EncryptDecrypt|Other|usage \"Other\"",
        "encrypted-master-key|other|at_rest_protection \"other\" is unknown",
        "GWig|GWih|does not open under this master key",
        "[0,0,|[256,0,|outside 0 to 255",
        "[0,0,|[0,|does not open",
        "2026-01-01T00:00:00+00:00[UTC]|yesterday|is refused",
        "2026-01-01T00:00:00+00:00[UTC]|2026-01-01T00:00:00+00:00[UTC|is cut",
        "\"nonce\"|\"nonce|is no JSON",
      })
  void aDamagedRecordIsRefusedByNameAndTheOthersWork(String good, String bad, String how)
      throws IOException {
    String whole = record("k", ARGON2, ZERO_NONCE, "encrypted-master-key");
    assertThat(whole).contains(good);
    put("k", whole.replace(good, bad));
    put("fine", whole.replace("\"key_id\":\"k\"", "\"key_id\":\"fine\""));
    try (KmsBackend backend = open(ARGON2_MASTER_KEY)) {
      assertCorrupt(backend, "k", how);
      assertThat(describe(backend, "fine").keyId()).isEqualTo("fine");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00+00:00[UTC], 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00+00:00[Etc/Unknown], 2026-01-01T00:00:00Z",
    "2026-01-01T02:00:00.5+02:00[Europe/Berlin], 2026-01-01T00:00:00.5Z",
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01T01:30:00+01:30, 2026-01-01T00:00:00Z",
  })
  void everyShapeOfDate(String text, Instant instant) {
    assertThat(RustfsDates.read(text)).isEqualTo(instant);
  }

  @Test
  void theFolderIsReadAndNeverChanged() throws IOException {
    put("k", record("k", ARGON2, ZERO_NONCE, "encrypted-master-key"));
    String before = Files.readString(rustfs.resolve("k.key"));
    try (KmsBackend backend = open(ARGON2_MASTER_KEY)) {
      for (Runnable change :
          new Runnable[] {
            () -> backend.createKey(CreateKeyRequest.named("new")),
            () -> backend.disableKey("k"),
            () -> backend.rotateKey("k"),
            () -> backend.lendMaterial("k", 0),
          }) {
        assertThatThrownBy(change::run)
            .isInstanceOfSatisfying(
                KmsException.class,
                e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED_CAPABILITY));
      }
    }
    assertThat(Files.readString(rustfs.resolve("k.key"))).isEqualTo(before);
    try (var files = Files.list(rustfs)) {
      assertThat(files).hasSize(2);
    }
  }
}
