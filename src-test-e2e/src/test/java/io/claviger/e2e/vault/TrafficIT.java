package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.config.AuthMethod;
import io.claviger.config.VaultConnection;
import io.claviger.config.VaultTransitConfig;
import io.claviger.e2e.vault.Recorder.Exchange;
import io.claviger.kms.DataKey;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.ListKeysRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.testkit.VaultTestEnvironment.Mounts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What passes between this process and Vault. */
class TrafficIT {
  private static final JsonMapper JSON = new JsonMapper();

  private Mounts mounts;
  private Recorder recorder;

  @BeforeEach
  void open() {
    mounts = Mounts.fresh();
    recorder = new Recorder(mounts.server().address());
  }

  @AfterEach
  void close() {
    recorder.close();
    mounts.unmount();
  }

  private KmsServiceManager transit(String namespace) {
    VaultConnection connection =
        VaultConnection.of(
                recorder.address(), AuthMethod.Token.of(Policies.token(mounts, "claviger-transit")))
            .withNamespace(namespace);
    return Steps.running(
        VaultTransitConfig.of(connection)
            .withPlaces(mounts.transit(), mounts.kv(), "rustfs/kms/transit-metadata"));
  }

  private static JsonNode json(byte[] body) throws Exception {
    return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
  }

  @Test
  void materialNeverLeavesTransit() throws Exception {
    KmsServiceManager service = transit(null);
    KmsManager kms = service.manager();
    kms.createKey("k");
    byte[] blob = Steps.roundTrip(kms, "k");
    kms.rotateKey("k");
    kms.rewrap(new DecryptRequest("k", blob, Steps.CONTEXT));
    kms.generateDataKey(GenerateDataKeyRequest.of("k", EncryptionContext.empty())).close();
    kms.disableKey("k");
    kms.enableKey("k");
    kms.tagKey("k", Map.of("a", "b"));
    kms.listKeys(ListKeysRequest.first());
    kms.healthCheck();
    assertThat(
            mounts
                .server()
                .admin()
                .status("GET", mounts.transit() + "/export/encryption-key/k", Map.of()))
        .as("Vault itself would not give it out")
        .isEqualTo(400);
    kms.deleteKey(DeleteKeyRequest.schedule("k"));
    kms.cancelKeyDeletion("k");
    kms.deleteKey(DeleteKeyRequest.immediate("k", "k"));
    service.stop();
    String transit = "/v1/" + mounts.transit() + "/";
    Set<String> allowed =
        Set.of("keys", "keys/k", "keys/k/rotate", "keys/k/config", "encrypt/k", "decrypt/k");
    for (Exchange seen : recorder.all()) {
      String path = seen.path().replace("?list=true", "");
      if (!path.startsWith(transit)) {
        assertThat(path).matches("/v1/(sys/health.*|auth/token/.*|kv-[^/]+/(data|metadata)/.*)");
        assertThat(text(seen)).doesNotContain("\"plaintext\"");
        continue;
      }
      assertThat(allowed).contains(path.substring(transit.length()));
      if (path.endsWith("encrypt/k") || path.endsWith("decrypt/k")) {
        assertThat(json(seen.request()).path("associated_data").asText()).isNotEmpty();
      } else {
        assertThat(text(seen)).doesNotContain("\"plaintext\"");
      }
      if (path.endsWith("keys/k") && seen.method().equals("GET") && seen.status() == 200) {
        for (JsonNode version : json(seen.answer()).path("data").path("keys")) {
          assertThat(version.isIntegralNumber()).as("a date, no key: %s", version).isTrue();
        }
      }
    }
    assertThat(recorder.all()).hasSizeGreaterThan(20);
  }

  private static String text(Exchange seen) {
    return new String(seen.request(), StandardCharsets.UTF_8)
        + new String(seen.answer(), StandardCharsets.UTF_8);
  }

  @Test
  void theContextIsSentInItsCanonicalFormAlsoWhenEmpty() throws Exception {
    KmsServiceManager service = transit(null);
    service.manager().createKey("k");
    recorder.forget();
    EncryptionContext context = EncryptionContext.of(Map.of("b", "\"ü", "a", "\u0001"));
    for (EncryptionContext asked : List.of(context, EncryptionContext.empty())) {
      try (DataKey key = service.manager().generateDataKey(GenerateDataKeyRequest.of("k", asked))) {
        assertThat(key.hasPlaintext()).isTrue();
      }
    }
    service.stop();
    List<String> sent =
        recorder.all().stream()
            .filter(seen -> seen.path().endsWith("/encrypt/k"))
            .map(TrafficIT::associatedData)
            .toList();
    assertThat(sent).containsExactly("{\"a\":\"\\u0001\",\"b\":\"\\\"ü\"}", "{}");
  }

  private static String associatedData(Exchange seen) {
    try {
      return new String(
          Base64.getDecoder().decode(json(seen.request()).path("associated_data").asText()),
          StandardCharsets.UTF_8);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The feature itself is of Vault Enterprise; the community edition ignores the header. */
  @Test
  void theNamespaceIsSentWithEveryRequestButTheHealthCheck() {
    KmsServiceManager service = transit("team-a");
    service.manager().createKey("k");
    Steps.roundTrip(service.manager(), "k");
    service.stop();
    for (Exchange seen : recorder.all()) {
      List<String> sent = seen.headers().get("X-Vault-Namespace");
      if (seen.path().startsWith("/v1/sys/health")) {
        assertThat(sent).isNull();
      } else {
        assertThat(sent).as(seen.path()).containsExactly("team-a");
      }
      assertThat(seen.headers().get("X-Vault-Request")).containsExactly("true");
    }
  }
}
