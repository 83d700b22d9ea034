package io.claviger.backend.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.backend.vault.FakeVault.Answer;
import io.claviger.backend.vault.FakeVault.Request;
import io.claviger.config.AuthMethod;
import io.claviger.config.VaultConnection;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version that another process made in KV a moment ago, within the time a reading is used. */
class KvFreshVersionTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final EncryptionContext NONE = EncryptionContext.empty();
  private static final LongSupplier NO_TIME = () -> 0;

  private final FakeVault vault = new FakeVault();
  private final Map<String, TreeMap<Integer, JsonNode>> stored = new TreeMap<>();

  @BeforeEach
  void answerAsKv() {
    for (String name : new String[] {"k", "k/versions/1", "k/versions/2"}) {
      vault.answer("GET secret/data/keys/" + name, r -> read(name));
      vault.answer("POST secret/data/keys/" + name, r -> write(name, r));
    }
  }

  @AfterEach
  void close() {
    vault.close();
  }

  private synchronized Answer read(String name) {
    TreeMap<Integer, JsonNode> versions = stored.get(name);
    if (versions == null) {
      return Answer.of(404, "{\"errors\":[]}");
    }
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode data = answer.putObject("data");
    data.set("data", versions.lastEntry().getValue());
    data.putObject("metadata").put("version", versions.lastKey());
    return Answer.ok(answer.toString());
  }

  private synchronized Answer write(String name, Request request) {
    try {
      JsonNode body = JSON.readTree(request.body());
      TreeMap<Integer, JsonNode> versions = stored.computeIfAbsent(name, n -> new TreeMap<>());
      int newest = versions.isEmpty() ? 0 : versions.lastKey();
      if (body.path("options").path("cas").asInt(-1) != newest) {
        return Answer.of(400, "{\"errors\":[\"check-and-set parameter did not match\"]}");
      }
      versions.put(newest + 1, body.path("data"));
      return Answer.ok("{\"data\":{\"version\":%d}}".formatted(newest + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private KmsBackend process(boolean rustfs) {
    VaultConnection connection = VaultConnection.of(vault.address(), AuthMethod.Token.of("t"));
    VaultClient client = VaultClient.open(connection, BackendSettings.DEFAULT.timeout());
    KvEngine kv = new KvEngine(client, "kv_mount", "secret", "keys");
    RecordStore store =
        rustfs
            ? new RustfsKvStore(client, kv, NO_TIME)
            : new KvRecordStore(client, kv, new Plain(), NO_TIME);
    return new KeyringBackend(store, BackendSettings.DEFAULT);
  }

  /** A seal that seals nothing. */
  private static final class Plain implements RecordSeal {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public String seal(byte[] plain, byte[] context, String subject) {
      return Base64.getEncoder().encodeToString(plain);
    }

    @Override
    public byte[] open(String sealed, byte[] context, String subject) {
      return Base64.getDecoder().decode(sealed);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blobsOfItOpenAtOnce(boolean rustfs) {
    try (KmsBackend one = process(rustfs);
        KmsBackend other = process(rustfs)) {
      one.createKey(CreateKeyRequest.named("k"));
      assertOpens(one, encrypt(other));
      other.rotateKey("k");
      assertOpens(one, encrypt(other));
    }
  }

  private static byte[] encrypt(KmsBackend keys) {
    try (SecretBytes plain = SecretBytes.copyOf(new byte[] {7})) {
      return keys.encrypt(new EncryptRequest("k", plain, NONE)).ciphertextBlob();
    }
  }

  private static void assertOpens(KmsBackend keys, byte[] blob) {
    try (SecretBytes plain = keys.decrypt(new DecryptRequest("k", blob, NONE))) {
      assertThat(plain.toByteArray()).containsExactly(7);
    }
  }
}
