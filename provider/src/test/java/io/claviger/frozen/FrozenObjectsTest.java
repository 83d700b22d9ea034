package io.claviger.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.claviger.encryption.CustomerKey;
import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.ReaderPolicy;
import io.claviger.format.CoveredHeaders;
import io.claviger.jca.ClavigerProvider;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * This version, and every later one, reads what earlier versions wrote: each file under {@code
 * frozen}, whole stored objects with their headers, of each way to wrap a data key, and messages. A
 * file there is never changed or removed; what a version writes newly is added as a folder of its
 * own ({@code -Dfrozen.write=FOLDER}).
 */
class FrozenObjectsTest {
  private static final Path FROZEN = FrozenWriter.FROZEN;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  @Test
  void everythingThatAVersionWroteIsRead() throws IOException {
    String added = System.getProperty("frozen.write");
    if (added != null) {
      assertThat(FROZEN.resolve(added)).as("what is frozen stays").doesNotExist();
      FrozenWriter.write(FROZEN.resolve(added), temporary);
    }
    List<Path> versions = files(FROZEN);
    assertThat(versions).isNotEmpty();
    for (Path version : versions) {
      Map<String, ClavigerProvider> keys =
          Map.of(
              "static",
              FrozenKeys.fixed(),
              "rustfs",
              FrozenKeys.rustfs(FROZEN.resolve("0.1/rustfs")),
              "local",
              FrozenKeys.folder(
                  temporary.resolve(version.getFileName()), version.resolve("bundle")));
      for (Path file : files(version)) {
        if (file.toString().endsWith(".json")) {
          requireRead(file, keys);
        }
      }
      assertThat(files(version)).as("files of a version").hasSizeGreaterThanOrEqualTo(27);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void requireRead(Path file, Map<String, ClavigerProvider> keys)
      throws IOException {
    JsonNode one = JSON.readTree(Files.readAllBytes(file));
    ClavigerProvider provider = keys.get(one.get("backend").asText());
    byte[] stored = stored(one, file.resolveSibling("."));
    switch (one.get("kind").asText()) {
      case "message" -> assertThat(message(provider, stored)).as("%s", file).isEqualTo(plain(one));
      case "data-key" -> requireDataKey(one, provider, stored);
      default -> assertThat(object(one, provider, stored)).as("%s", file).isEqualTo(plain(one));
    }
  }

  private static byte[] plain(JsonNode one) {
    return FrozenWriter.plain(one.get("plainBytes").asInt());
  }

  /** A wrapped data key alone, which names its master key itself: an envelope of RustFS. */
  private static void requireDataKey(JsonNode one, ClavigerProvider provider, byte[] stored)
      throws IOException {
    Map<String, String> context = new TreeMap<>();
    one.get("context")
        .fields()
        .forEachRemaining(e -> context.put(e.getKey(), e.getValue().asText()));
    try (SecretBytes key =
        provider
            .serviceManager()
            .manager()
            .decrypt(new DecryptRequest(null, stored, EncryptionContext.of(context)))) {
      assertThat(key.toByteArray()).isEqualTo(one.get("plain").binaryValue());
    }
  }

  private static byte[] stored(JsonNode one, Path folder) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (JsonNode file : one.path("before")) {
      all.write(Files.readAllBytes(folder.resolve(file.asText())));
    }
    all.write(Base64.getDecoder().decode(one.get("stored").asText()));
    return all.toByteArray();
  }

  private static byte[] message(ClavigerProvider provider, byte[] stored) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    FrozenWriter.envelope(provider).open(new ByteArrayInputStream(stored), plain);
    return plain.toByteArray();
  }

  private static byte[] object(JsonNode one, ClavigerProvider provider, byte[] stored)
      throws IOException {
    Map<String, String> metadata = new TreeMap<>();
    CoveredHeaders.Builder covered = CoveredHeaders.builder();
    one.get("headers")
        .fields()
        .forEachRemaining(
            header -> {
              String name = header.getKey();
              covered.add(name, header.getValue().asText());
              if (name.startsWith("x-amz-meta-")) {
                metadata.put(name.substring("x-amz-meta-".length()), header.getValue().asText());
              }
            });
    boolean customer = one.get("customer").asBoolean();
    ObjectOpener opener =
        new EncryptionService(provider)
            .openObject(
                FrozenWriter.NAME,
                metadata,
                ReaderPolicy.DEFAULT,
                FrozenWriter.CONTEXT,
                customer ? CustomerKey.of(FrozenKeys.CUSTOMER) : null);
    assertThat(opener.changedHeaders(covered.build())).isEmpty();
    return opener.openWhole(new ByteArrayInputStream(stored), stored.length).readAllBytes();
  }
}
