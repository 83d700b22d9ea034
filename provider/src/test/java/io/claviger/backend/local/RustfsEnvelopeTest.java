package io.claviger.backend.local;

import static io.claviger.backend.local.RustfsVectors.ARGON2;
import static io.claviger.backend.local.RustfsVectors.ARGON2_MASTER_KEY;
import static io.claviger.backend.local.RustfsVectors.MATERIAL;
import static io.claviger.backend.local.RustfsVectors.ZERO_NONCE;
import static io.claviger.backend.local.RustfsVectors.envelope;
import static io.claviger.backend.local.RustfsVectors.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data key envelopes that RustFS wrote, under keys in its folder and under imported ones. */
class RustfsEnvelopeTest {
  @TempDir Path temporary;

  @Test
  void envelopesOpenUnderTheirContextInTheFolderAndAfterAnImport() throws Exception {
    Path rustfs = RustfsVectors.folder(temporary);
    RustfsVectors.put(rustfs, "k", record("k", ARGON2, ZERO_NONCE, "encrypted-master-key"));
    RustfsVectors.put(rustfs, "broken", "{");
    Map<String, String> context = Map.of("bucket", "b");
    byte[] free = envelope(Map.of(), false);
    byte[] named = envelope(context, false);
    byte[] bound = envelope(context, true);
    byte[] ours;
    EncryptionContext asked = EncryptionContext.of(context);
    try (KmsBackend backend = open(LocalConfig.of(rustfs, ARGON2_MASTER_KEY))) {
      assertEnvelopes(backend, free, named, bound);
      try (DataKey key = backend.generateDataKey(GenerateDataKeyRequest.of("k", asked))) {
        ours = key.ciphertextBlob();
      }
    }
    LocalConfig own = LocalConfig.of(temporary.resolve("own"), "p");
    try (LocalKeyFolder folder = LocalKeyFolder.open(own);
        SecretBytes masterKey =
            SecretBytes.copyOf(ARGON2_MASTER_KEY.getBytes(StandardCharsets.UTF_8))) {
      LocalKeyFolder.Report report = folder.importRustfs(rustfs, masterKey);
      assertThat(report.imported()).containsExactly("k");
      assertThat(report.refused()).containsExactly("broken");
      assertThat(folder.importRustfs(rustfs, masterKey).alreadyThere()).containsExactly("k");
    }
    try (KmsBackend backend = open(own)) {
      assertEnvelopes(backend, free, named, bound);
      backend.decrypt(new DecryptRequest("k", ours, asked)).close();
      backend.rotateKey("k");
      assertEnvelopes(backend, free, named, bound);
      backend.decrypt(new DecryptRequest("k", ours, asked)).close();
      try (SecretBytes lent = backend.lendMaterial("k", 1)) {
        assertThat(lent.toByteArray()).isEqualTo(MATERIAL);
      }
      backend.createKey(CreateKeyRequest.named("of-ours"));
      byte[] other =
          new String(free, StandardCharsets.UTF_8)
              .replace("\"master_key_id\":\"k\"", "\"master_key_id\":\"of-ours\"")
              .getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(
              () ->
                  backend.decrypt(new DecryptRequest("of-ours", other, EncryptionContext.empty())))
          .hasMessageContaining("it is no blob of this key");
    }
  }

  private static KmsBackend open(LocalConfig config) {
    return new LocalBackendFactory()
        .create(BackendFields.of(config.toMapWithSecrets()), BackendSettings.DEFAULT);
  }

  private static void assertEnvelopes(KmsBackend backend, byte[] free, byte[] named, byte[] bound) {
    EncryptionContext none = EncryptionContext.empty();
    EncryptionContext asked = EncryptionContext.of(Map.of("bucket", "b"));
    assertThat(backend.keyIdNamedBy(free)).isEqualTo("k");
    assertDataKey(backend, free, none);
    assertDataKey(backend, named, asked);
    assertDataKey(backend, bound, asked);
    assertNotAuthentic(backend, named, none);
    assertNotAuthentic(backend, free, asked);
    assertNotAuthentic(backend, bound, EncryptionContext.of(Map.of("bucket", "c")));
    assertNotAuthentic(
        backend,
        new String(bound, StandardCharsets.UTF_8)
            .replace("\"context_binding\":1", "\"context_binding\":2")
            .getBytes(StandardCharsets.UTF_8),
        asked);
    assertNotAuthentic(
        backend,
        new String(bound, StandardCharsets.UTF_8)
            .replace("\"bucket\":\"b\"", "\"bucket\":\"c\"")
            .getBytes(StandardCharsets.UTF_8),
        EncryptionContext.of(Map.of("bucket", "c")));
  }

  private static void assertDataKey(KmsBackend backend, byte[] blob, EncryptionContext context) {
    try (SecretBytes plain = backend.decrypt(new DecryptRequest("k", blob, context))) {
      assertThat(plain.toByteArray()).hasSize(32).containsOnly(5);
    }
  }

  private static void assertNotAuthentic(
      KmsBackend backend, byte[] blob, EncryptionContext context) {
    KmsException e =
        catchThrowableOfType(
            KmsException.class, () -> backend.decrypt(new DecryptRequest("k", blob, context)));
    assertThat(e.kind()).isEqualTo(ErrorKind.NOT_AUTHENTIC);
  }
}
