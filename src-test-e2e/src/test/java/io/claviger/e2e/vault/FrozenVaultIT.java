package io.claviger.e2e.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.encryption.SealRequest;
import io.claviger.format.CoveredHeaders;
import io.claviger.jca.ClavigerProvider;
import io.claviger.jca.KmsEnvelope;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.NameBinding;
import io.claviger.service.KmsServiceManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * This version, and every later one, opens what earlier versions wrote under keys in Vault: each
 * file {@code vault/vault.json} below {@code frozen}, the keys as Vault keeps them with objects and
 * messages under both versions of each key. A file there is never changed or removed; what a
 * version writes is added as a folder of its own ({@code -Dfrozen.write=FOLDER}).
 */
class FrozenVaultIT {
  private static final Path FROZEN =
      Path.of("..", "provider", "src", "test", "resources", "frozen");
  private static final String KEPT = "vault.json";
  private static final ObjectName NAME = new ObjectName("frozen", "a/key +ä");
  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "ä"));
  private static final byte[] PLAIN = "what is kept".getBytes(StandardCharsets.UTF_8);
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void everythingUnderKeysInVaultIsRead() throws IOException {
    String added = System.getProperty("frozen.write");
    if (added != null) {
      Path file = Files.createDirectories(FROZEN.resolve(added).resolve("vault")).resolve(KEPT);
      assertThat(file).as("what is frozen stays").doesNotExist();
      Files.writeString(
          file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(write()) + "\n");
    }
    List<Path> files;
    try (Stream<Path> versions = Files.list(FROZEN)) {
      files = versions.map(v -> v.resolve("vault").resolve(KEPT)).filter(Files::exists).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      read(JSON.readTree(file.toFile()));
    }
  }

  private static ObjectNode write() throws IOException {
    try (FrozenVault vault = new FrozenVault()) {
      ObjectNode sealed = JSON.createObjectNode();
      for (String mode : FrozenVault.MODES) {
        KmsServiceManager service = vault.running(mode);
        service.manager().createKey(CreateKeyRequest.named(FrozenVault.keyId(mode)));
        write(service, sealed.withObjectProperty(mode).withObjectProperty("1"));
        service.manager().rotateKey(FrozenVault.keyId(mode));
        service.stop();
        service = vault.running(mode);
        write(service, sealed.withObjectProperty(mode).withObjectProperty("2"));
        service.stop();
      }
      ObjectNode all = vault.backup();
      all.set("sealed", sealed);
      return all;
    }
  }

  private static void write(KmsServiceManager service, ObjectNode sealed) throws IOException {
    ClavigerProvider provider = new ClavigerProvider(service);
    for (boolean bucketKey : new boolean[] {false, true}) {
      ObjectSealer sealer =
          new EncryptionService(provider)
              .sealObject(
                  new SealRequest(
                      NAME, null, CONTEXT, NameBinding.OBJECT, "aws:kms", null, bucketKey),
                  PLAIN.length);
      byte[] stored = sealer.seal(new ByteArrayInputStream(PLAIN)).readAllBytes();
      ObjectNode object = sealed.putObject(bucketKey ? "bucket-key" : "object");
      sealer.draft().complete(CoveredHeaders.builder().build()).forEach(object::put);
      object.put("stored", stored);
    }
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    envelope(provider).seal(new ByteArrayInputStream(PLAIN), message);
    sealed.put("message", message.toByteArray());
  }

  private static KmsEnvelope envelope(ClavigerProvider provider) {
    return KmsEnvelope.under(
            provider.key(provider.serviceManager().manager().defaultKeyId().orElseThrow()))
        .withContext(CONTEXT);
  }

  private static void read(JsonNode kept) throws IOException {
    try (FrozenVault vault = new FrozenVault()) {
      vault.restore(kept);
      for (String mode : FrozenVault.MODES) {
        KmsServiceManager service = vault.running(mode);
        ClavigerProvider provider = new ClavigerProvider(service);
        for (String version : List.of("1", "2")) {
          JsonNode sealed = kept.path("sealed").path(mode).path(version);
          assertThat(opened(provider, sealed))
              .as("%s, version %s", mode, version)
              .hasSize(3)
              .allSatisfy(plain -> assertThat(plain).isEqualTo(PLAIN));
        }
        service.stop();
      }
    }
  }

  private static List<byte[]> opened(ClavigerProvider provider, JsonNode sealed)
      throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (String kind : List.of("object", "bucket-key")) {
      JsonNode object = sealed.path(kind);
      Map<String, String> metadata = new TreeMap<>();
      object.fields().forEachRemaining(f -> metadata.put(f.getKey(), f.getValue().asText()));
      metadata.remove("stored");
      byte[] stored = object.path("stored").binaryValue();
      all.add(
          new EncryptionService(provider)
              .openObject(NAME, metadata, ReaderPolicy.DEFAULT, CONTEXT, null)
              .openWhole(new ByteArrayInputStream(stored), stored.length)
              .readAllBytes());
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] message = sealed.path("message").binaryValue();
    envelope(provider).open(new ByteArrayInputStream(message), plain);
    all.add(plain.toByteArray());
    return all;
  }
}
