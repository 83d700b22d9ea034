package io.claviger.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key folder as a version wrote it is read, changed and rebuilt by later ones. */
class FrozenFolderTest {
  private static final Path FROZEN = Path.of("src/test/resources/frozen/0.1/folder");
  private static final String PASSPHRASE = "frozen folder";

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void copyFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("keys"));
    try (Stream<Path> files = Files.list(FROZEN)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  private LocalKeyFolder open() {
    return LocalKeyFolder.open(LocalConfig.of(folder, PASSPHRASE));
  }

  private static void assertAllOpens(LocalKeyFolder folder) throws IOException {
    assertThat(folder.damagedKeyIds()).isEmpty();
    KmsBackend keys = folder.backend(BackendSettings.DEFAULT);
    List<String> blobs = Files.readAllLines(FROZEN.resolve("blobs.txt"));
    assertThat(blobs).hasSize(3);
    for (String line : blobs) {
      byte[] blob = Base64.getDecoder().decode(line.substring(line.indexOf('\t') + 1));
      String id = line.substring(0, line.indexOf('\t'));
      try (SecretBytes plain =
          keys.decrypt(new DecryptRequest(id, blob, EncryptionContext.empty()))) {
        assertThat(plain.toByteArray()).asString(StandardCharsets.US_ASCII).isEqualTo("frozen");
      }
    }
    assertThat(keys.describeKey(new DescribeKeyRequest("archive")).state())
        .isEqualTo(KeyState.DISABLED);
    assertThat(keys.describeKey(new DescribeKeyRequest("orders 2026")).currentVersion())
        .isEqualTo(2);
  }

  @Test
  void itsKeysOpenAndGoOnOpeningAfterChanges() throws IOException {
    try (LocalKeyFolder running = open()) {
      assertAllOpens(running);
      try (LocalKeyFolder other = open()) {
        other.backend(BackendSettings.DEFAULT).createKey(CreateKeyRequest.named("new"));
      }
      running.backend(BackendSettings.DEFAULT).createKey(CreateKeyRequest.named("newer"));
      assertAllOpens(running);
    }
    try (LocalKeyFolder fresh = open()) {
      assertAllOpens(fresh);
    }
  }

  @Test
  void itIsRebuilt() throws IOException {
    Files.delete(folder.resolve(".claviger-manifest"));
    try (SecretBytes passphrase =
        SecretBytes.copyOf(PASSPHRASE.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(LocalKeyFolder.rebuild(folder, passphrase).keyIds())
          .containsExactly("archive", "orders 2026");
    }
    try (LocalKeyFolder fresh = open()) {
      assertAllOpens(fresh);
    }
  }
}
