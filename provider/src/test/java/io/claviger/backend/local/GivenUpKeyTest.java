package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key is given up because nothing of it is there; nothing good of it is ever deleted. */
class GivenUpKeyTest {
  @TempDir Path temporary;
  private FolderFixture folder;
  private byte[] blob;
  private Path record;
  private byte[] content;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "a", "b");
      blob = encrypt(keys, "b");
    }
    record = folder.record("b");
    content = Files.readAllBytes(record);
  }

  private LocalKeyFolder open() {
    return LocalKeyFolder.open(folder.config());
  }

  private static void refused(ThrowingCallable call, String... message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
        .hasMessageContainingAll(message);
  }

  private enum Before {
    LOST,
    DAMAGED
  }

  /** By hand, as somebody who found the file does: under its name, while others go on. */
  @ParameterizedTest
  @EnumSource
  void aRecordThatTurnsUpLaterIsKept(Before before) throws IOException {
    Files.delete(record);
    if (before == Before.DAMAGED) {
      Files.write(record, new byte[100]);
    }
    try (KmsBackend other = folder.backend()) {
      assertThat(failure(other, "a")).isNull();
      try (LocalKeyFolder keys = open()) {
        keys.giveUp("b");
      }
      assertThat(record).doesNotExist();
      Files.write(record, content);
      other.tagKey("a", Map.of("t", "1"));
      other.tagKey("a", Map.of("t", "2"));
    }
    try (KmsBackend fresh = folder.backend()) {
      fresh.tagKey("a", Map.of("t", "3"));
      assertThat(failure(fresh, "b")).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    }
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    assertThat(rebuilt.states()).containsEntry("b", KeyState.ENABLED);
    try (KmsBackend fresh = folder.backend()) {
      assertOpens(fresh, "b", blob);
    }
  }

  @Test
  void rebuildTakesItAtOnce() throws IOException {
    Files.delete(record);
    try (LocalKeyFolder keys = open()) {
      keys.giveUp("b");
    }
    Files.write(record, content);
    assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).keyIds()).containsExactly("a", "b");
    try (KmsBackend fresh = folder.backend()) {
      assertOpens(fresh, "b", blob);
    }
  }

  @Test
  void whatTheProcessHasInMemoryIsWrittenAndNotGivenUp() throws IOException {
    Path bundle = temporary.resolve("bundle");
    try (LocalKeyFolder keys = open();
        KmsBackend backend = keys.backend(BackendSettings.DEFAULT)) {
      byte[] later = encrypt(backend, "b");
      Files.delete(record);
      assertThatThrownBy(backend::healthCheck)
          .hasMessageContainingAll("1 keys are missing", "[b]", "tagKey or rotateKey");
      assertThat(keys.damagedKeyIds()).containsExactly("b");
      refused(() -> keys.giveUp("b"), "in memory", "tagKey or rotateKey", "Nothing was changed");
      keys.exportTo(bundle, secret("s"));
      backend.tagKey("b", Map.of("t", "1"));
      backend.healthCheck();
      assertThat(keys.damagedKeyIds()).isEmpty();
      try (KmsBackend fresh = folder.backend()) {
        assertOpens(fresh, "b", later);
      }
    }
    FolderFixture other = new FolderFixture(temporary.resolve("other")).make();
    try (LocalKeyFolder keys = LocalKeyFolder.open(other.config());
        KmsBackend backend = keys.backend(BackendSettings.DEFAULT)) {
      assertThat(keys.importFrom(bundle, secret("s")).imported()).containsExactly("a", "b");
      assertOpens(backend, "b", blob);
    }
  }

  /** What is there leads to a record, or may. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNoFileIsLookedAtFirst(boolean link) throws IOException {
    Path elsewhere = temporary.resolve("elsewhere");
    Files.move(record, elsewhere);
    if (link) {
      Files.createSymbolicLink(record, elsewhere);
    } else {
      Files.createDirectory(record);
    }
    List<String> before = folder.files();
    try (LocalKeyFolder keys = open()) {
      refused(() -> keys.giveUp("b"), record.getFileName().toString(), "no file but something");
    }
    assertThat(folder.files()).isEqualTo(before);
  }

  @Test
  void noBundleIsWrittenIntoTheFolder() {
    try (LocalKeyFolder keys = open()) {
      List<String> before = folder.files();
      refused(() -> keys.exportTo(folder.file("bundle"), secret("s")), "inside the key folder");
      refused(
          () -> keys.exportTo(folder.path.resolve("../keys/.claviger-root-9.new"), secret("s")),
          "inside the key folder");
      assertThat(folder.files()).isEqualTo(before);
    }
  }
}
