package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An older manifest is put back: what running and fresh processes do with it. */
class OlderManifestTest {
  private static final List<String> KEYS = List.of("a", "b", "c");

  @TempDir Path temporary;
  private FolderFixture folder;
  private Path yesterday;
  private Path today;
  private final Map<String, byte[]> blobs = new HashMap<>();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    yesterday = temporary.resolve("yesterday");
    today = temporary.resolve("today");
    try (KmsBackend keys = folder.backend()) {
      create(keys, "a", "b", "c");
      FolderFixture.copy(folder.path, yesterday);
      keys.rotateKey("b");
      keys.rotateKey("c");
      for (String id : KEYS) {
        blobs.put(id, encrypt(keys, id));
      }
    }
    FolderFixture.copy(folder.path, today);
  }

  private static void putBack(Path file, Path from) throws IOException {
    Files.write(file, Files.readAllBytes(from.resolve(file.getFileName())));
  }

  @Test
  void aRunningProcessRefusesAnOlderManifestAndFollowsARebuild() throws IOException {
    KmsBackend running = folder.backend();
    assertOpens(running, "a", blobs.get("a"));
    putBack(folder.manifest(), yesterday);
    assertThatThrownBy(() -> create(running, "x"))
        .hasMessageContaining("call LocalKeyFolder.rebuild(folder, passphrase)")
        .hasMessageContaining("Do not restart this process before");
    assertOpens(running, "a", blobs.get("a"));
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    create(running, "x");
    try (KmsBackend fresh = folder.backend()) {
      assertThat(failure(fresh, "x")).isNull();
      KEYS.forEach(id -> assertOpens(fresh, id, blobs.get(id)));
    }
  }

  @Test
  void aRunningProcessRecognisesChangesMadeAfterAnOlderManifest() throws IOException {
    KmsBackend running = folder.backend();
    KmsBackend writer = folder.backend();
    create(writer, "seen");
    assertThat(failure(running, "seen")).isNull();
    for (KmsBackend keys : List.of(running, writer)) {
      KEYS.forEach(id -> assertOpens(keys, id, blobs.get(id)));
    }
    putBack(folder.manifest(), yesterday);
    try (KmsBackend other = folder.backend()) {
      for (int i = 0; i < 9; i++) {
        create(other, "other" + i);
      }
    }
    for (KmsBackend keys : List.of(running, writer)) {
      assertThatThrownBy(() -> create(keys, "x"))
          .hasMessageContaining("comes from an older one that was put back")
          .hasMessageContaining("Do not restart this process before");
      assertThatThrownBy(keys::healthCheck).hasMessageContaining("call LocalKeyFolder.rebuild");
      KEYS.forEach(id -> assertOpens(keys, id, blobs.get(id)));
    }
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    for (KmsBackend keys : List.of(running, writer)) {
      assertThat(failure(keys, "seen")).isNull();
      create(keys, "after" + keys.hashCode());
    }
  }

  @Test
  void aKeyThatTheManifestForgotIsNotCreatedAgain() throws IOException {
    Path bundle = temporary.resolve("bundle");
    byte[] blob;
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      KmsBackend keys = operator.backend(io.claviger.kms.BackendSettings.DEFAULT);
      create(keys, "new");
      operator.exportTo(bundle, secret("p"));
      keys.rotateKey("new");
      blob = encrypt(keys, "new");
    }
    putBack(folder.manifest(), yesterday);
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      KmsBackend keys = operator.backend(io.claviger.kms.BackendSettings.DEFAULT);
      for (int i = 0; i < 2; i++) { // before a change sets the record aside, and after it
        assertThatThrownBy(() -> create(keys, "new"))
            .isInstanceOfSatisfying(
                KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
            .hasMessageContaining("key \"new\" was not created")
            .hasMessageContaining("call LocalKeyFolder.rebuild(folder, passphrase)");
        create(keys, "x" + i);
      }
      assertThat(operator.importFrom(bundle, secret("p")).refused())
          .containsExactly("b", "c", "new");
    }
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    try (KmsBackend fresh = folder.backend()) {
      assertOpens(fresh, "new", blob);
    }
  }

  @Test
  void aKeyWhoseRecordIsNewerThanTheManifestNamesRebuild() throws IOException {
    putBack(folder.manifest(), yesterday);
    try (KmsBackend fresh = folder.backend()) {
      for (int i = 0; i < 2; i++) { // before a change sets the records aside, and after it
        assertThatThrownBy(() -> fresh.rotateKey("c"))
            .hasMessageContaining("A newer one is there")
            .hasMessageContaining("call LocalKeyFolder.rebuild(folder, passphrase)")
            .hasMessageNotContaining("backup");
        create(fresh, "x" + i);
      }
    }
  }

  @Test
  void aManifestOfBeforeTheLastPassphraseSaysSoAndIsNotChanged() throws IOException {
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      operator.changePassphrase(secret("q"));
    }
    putBack(folder.manifest(), today);
    assertThatThrownBy(
            () -> LocalKeyFolder.open(io.claviger.config.LocalConfig.of(folder.path, "q")))
        .hasMessageContaining("is older than .claviger-root.json");
    try (KmsBackend keys = folder.backend()) {
      assertThatThrownBy(() -> create(keys, "x"))
          .hasMessageContaining("is older than .claviger-root.json");
    }
    LocalKeyFolder.rebuild(folder.path, secret("q"));
    assertThatThrownBy(folder::backend).hasMessageContaining("this passphrase does not open");
  }
}
