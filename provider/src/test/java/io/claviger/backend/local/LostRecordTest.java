package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.BackendSettings;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of a key is lost or damaged: what is kept, what blocks its name, what ends that. */
class LostRecordTest {
  /** What happened to a record. */
  private enum Harm {
    LOST,
    EMPTIED,
    CUT,
    FLIPPED;

    void to(Path record) throws IOException {
      byte[] content = Files.readAllBytes(record);
      Files.delete(record);
      switch (this) {
        case LOST -> {}
        case EMPTIED -> Files.write(record, new byte[0]);
        case CUT -> Files.write(record, Arrays.copyOf(content, content.length / 2));
        case FLIPPED -> {
          content[content.length / 2] ^= 1;
          Files.write(record, content);
        }
      }
    }
  }

  @TempDir Path temporary;
  private FolderFixture folder;
  private byte[] blob;

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "a", "b");
      blob = encrypt(keys, "a");
    }
  }

  private void assertIsThere(byte[] content) throws IOException {
    Set<String> contents = new HashSet<>();
    for (String file : folder.files()) {
      contents.add(Arrays.toString(Files.readAllBytes(folder.file(file))));
    }
    assertThat(contents).contains(Arrays.toString(content));
  }

  private void opens(byte[] sealed) {
    try (KmsBackend fresh = folder.backend()) {
      assertOpens(fresh, "a", sealed);
    }
  }

  /** Rotates a, and the record that it replaced stays: the disk deletes none. */
  private void rotateLeavingTheOld() {
    Disk disk =
        new Disk() {
          @Override
          void delete(Path file) throws IOException {
            if (file.toString().endsWith(".record")) {
              throw new IOException("Input/output error");
            }
            super.delete(file);
          }
        };
    try (KmsBackend keys = backend(folder.store(disk))) {
      keys.rotateKey("a");
    }
  }

  private Path newestOfA() {
    return folder.records().stream()
        .filter(file -> file.getFileName().toString().startsWith(RecordName.startOf("a")))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void theRecordThatWasReplacedIsKeptWhereItsSuccessorCannotBeRead(Harm harm) throws IOException {
    byte[] old = Files.readAllBytes(folder.record("a"));
    rotateLeavingTheOld();
    assertThat(folder.records()).hasSize(3);
    String successor = newestOfA().getFileName().toString();
    harm.to(newestOfA());
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "x");
      fresh.rotateKey("b");
    }
    assertIsThere(old);
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    assertThat(rebuilt.states()).containsEntry("a", KeyState.ENABLED);
    assertThat(rebuilt.notes().get("a")).contains(successor, "the older", "was taken");
    opens(blob);
  }

  @ParameterizedTest
  @EnumSource
  void rebuildReadsTheRecordThatWasReplacedWithoutAChangeBefore(Harm harm) throws IOException {
    rotateLeavingTheOld();
    harm.to(newestOfA());
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    assertThat(rebuilt.notes().get("a")).contains("the older");
    opens(blob);
  }

  /** Its name is held back for the newer record, until that is there or moved out. */
  @Test
  void aKeyWithAnOlderRecordIsNotChangedWhileTheDamagedNewerOneIsThere() throws IOException {
    rotateLeavingTheOld();
    byte[] newer = Files.readAllBytes(newestOfA());
    Path file = newestOfA();
    Harm.FLIPPED.to(file);
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    assertThat(rebuilt.notes().get("a")).contains("can be used but not changed");
    try (KmsBackend fresh = folder.backend()) {
      assertThatThrownBy(() -> fresh.rotateKey("a")).hasMessageContaining("rebuild again");
    }
    Files.write(file, newer);
    assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).notes()).isEmpty();
    try (KmsBackend fresh = folder.backend()) {
      assertThat(fresh.rotateKey("a").currentVersion()).isEqualTo(3);
    }
  }

  @Test
  void theRecordThatWasReplacedGoesWhereItsSuccessorIsGood() {
    rotateLeavingTheOld();
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "x");
    }
    assertThat(folder.records()).hasSize(3);
    assertThat(folder.files()).noneMatch(f -> f.endsWith(".aside"));
  }

  @ParameterizedTest
  @EnumSource
  void aKeyWithoutRecordKeepsItsNameThroughARebuild(Harm harm) throws IOException {
    Path file = folder.record("a");
    byte[] good = Files.readAllBytes(file);
    harm.to(file);
    for (int i = 0; i < 2; i++) { // a rebuild after a rebuild too
      LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
      assertThat(rebuilt.keyIds()).doesNotContain("a");
      assertThat(rebuilt.notes().get("a"))
          .contains(file.getFileName().toString(), "from a backup", "LocalKeyFolder.giveUp");
      try (KmsBackend fresh = folder.backend()) {
        assertThatThrownBy(() -> create(fresh, "a"))
            .isInstanceOfSatisfying(
                KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
            .hasMessageContaining("restore its file from a backup")
            .hasMessageContaining("LocalKeyFolder.giveUp");
        assertThat(failure(fresh, "a")).isEqualTo(ErrorKind.CORRUPT_RECORD);
        create(fresh, "x" + i);
      }
    }
    Files.write(file, good);
    opens(blob);
    assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).notes()).isEmpty();
    opens(blob);
  }

  /** Nothing says the id of the key; the name of its file leads from the id to it. */
  @ParameterizedTest
  @EnumSource(names = "LOST", mode = EnumSource.Mode.EXCLUDE)
  void withoutManifestADamagedRecordBlocksTheNameOfItsKey(Harm harm) throws IOException {
    Path file = folder.record("a");
    byte[] good = Files.readAllBytes(file);
    harm.to(file);
    Files.delete(folder.manifest());
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    String aside = file.getFileName() + ".aside";
    assertThat(rebuilt.unreadable()).containsExactly(aside);
    assertThat(rebuilt.notes().get(aside)).contains("its id is not known", "from a backup");
    try (KmsBackend fresh = folder.backend()) {
      assertThatThrownBy(() -> create(fresh, "a"))
          .hasMessageContaining("key \"a\" was not created")
          .hasMessageContaining(aside);
      Files.write(file, good);
      create(fresh, "x");
      assertThatThrownBy(() -> create(fresh, "a")).hasMessageContaining("rebuild");
    }
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "y");
    }
    assertIsThere(good);
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    opens(blob);
  }

  @Test
  void aDamagedRecordThatIsMovedOutFreesTheName() throws IOException {
    Path file = folder.record("a");
    Harm.CUT.to(file);
    Files.delete(folder.manifest());
    String aside = LocalKeyFolder.rebuild(folder.path, secret("p")).unreadable().get(0);
    Files.move(folder.file(aside), temporary.resolve(aside));
    try (KmsBackend fresh = folder.backend()) {
      create(fresh, "a");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKeyIsGivenUpOnlyWhenNoRecordOfItCanBeRead(Harm harm) throws IOException {
    Path file = folder.record("a");
    byte[] good = Files.readAllBytes(file);
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      KmsBackend keys = operator.backend(BackendSettings.DEFAULT);
      assertThatThrownBy(() -> operator.giveUp("a")).hasMessageContaining("can be read");
      assertThatThrownBy(() -> operator.giveUp("none")).hasMessageContaining("no key \"none\"");
      harm.to(file);
      Path other = folder.file(RecordName.fresh("a", 1).asideName());
      Files.write(other, good);
      assertThatThrownBy(() -> operator.giveUp("a"))
          .hasMessageContaining(other.getFileName().toString())
          .hasMessageContaining("LocalKeyFolder.rebuild(folder, passphrase)");
      Files.delete(other);
      operator.giveUp("a");
      assertThat(failure(keys, "a")).isEqualTo(ErrorKind.KEY_NOT_FOUND);
      assertThat(folder.files()).noneMatch(f -> f.startsWith(RecordName.startOf("a")));
      create(keys, "a");
      operator.rotateRoot();
    }
  }

  /** A copy that was taken in the middle of a change is put back over the folder. */
  private byte[] putBackACopyOfAChange() throws IOException {
    Path copy = temporary.resolve("copy");
    Disk disk =
        new Disk() {
          @Override
          void rename(Path from, Path to) throws IOException {
            if (to.endsWith(KeyFolder.MANIFEST)) {
              FolderFixture.copy(folder.path, copy);
            }
            super.rename(from, to);
          }
        };
    byte[] sealed;
    try (KmsBackend keys = backend(folder.store(disk))) {
      keys.rotateKey("a");
      sealed = encrypt(keys, "a");
    }
    FolderFixture.copy(copy, folder.path);
    assertThat(folder.files()).anyMatch(f -> f.endsWith(".new"));
    return sealed;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rebuildTakesARotationThatWasCopiedInItsMiddle(boolean changedBetween) throws IOException {
    byte[] sealed = putBackACopyOfAChange();
    if (changedBetween) {
      try (KmsBackend keys = folder.backend()) {
        keys.tagKey("b", java.util.Map.of("x", "y"));
      }
    }
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    assertThat(rebuilt.unfinished()).containsExactly("a");
    assertThat(rebuilt.notes().get("a")).contains("it has every version that the others have");
    opens(sealed);
    opens(blob);
    assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).notes()).isEmpty();
    opens(sealed);
  }

  /** Both have versions that the other lacks: the result says how to open what is not taken. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aRecordThatIsPassedOverIsNamedAndOpensAsTheNoteSays(boolean manifestLost)
      throws IOException {
    byte[] sealed = putBackACopyOfAChange();
    byte[] rival;
    try (KmsBackend keys = folder.backend()) {
      keys.rotateKey("a");
      rival = encrypt(keys, "a");
    }
    if (manifestLost) {
      Files.delete(folder.manifest());
    }
    LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
    opens(rival);
    String passed =
        rebuilt.setAside().stream()
            .filter(file -> rebuilt.notes().getOrDefault("a", "").contains(file))
            .findFirst()
            .orElseThrow();
    assertThat(rebuilt.notes().get("a")).contains("empty folder", KeyFolder.ROOT_COPY);
    FolderFixture other = new FolderFixture(Files.createDirectory(temporary.resolve("other")));
    Files.copy(folder.rootCopy(), other.rootCopy());
    Files.copy(folder.file(passed), other.file(passed.replaceAll("(\\.record).*", "$1")));
    LocalKeyFolder.rebuild(other.path, secret("p"));
    try (KmsBackend keys = other.backend()) {
      assertOpens(keys, "a", sealed);
    }
    try (KmsBackend keys = folder.backend()) {
      keys.deleteKey(DeleteKeyRequest.immediate("a", "a"));
    }
    assertThat(folder.files()).noneMatch(f -> f.startsWith(RecordName.startOf("a")));
  }

  /** Follows docs/local-keys.md, "restore one key": first what is refused, and why. */
  @ParameterizedTest
  @EnumSource
  void aKeyIsRestoredFromABundleByTheRecipe(Harm harm) throws IOException {
    Path bundle = temporary.resolve("bundle");
    Path file = folder.record("a");
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      operator.exportTo(bundle, secret("b"));
    }
    harm.to(file);
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      LocalKeyFolder.Report report = operator.importFrom(bundle, secret("b"));
      assertThat(report.imported()).isEmpty();
      assertThat(report.alreadyThere()).containsExactly("b");
      assertThat(report.refused()).containsExactly("a");
      assertThat(report.refusals().get("a"))
          .contains("the record of key \"a\"", "restore its file from a backup")
          .contains("call LocalKeyFolder.giveUp and import again");
      operator.giveUp("a");
      assertThat(operator.importFrom(bundle, secret("b")).imported()).containsExactly("a");
      assertThat(operator.damagedKeyIds()).isEmpty();
    }
    opens(blob);
  }

  @Test
  void anImportSaysOfEachRefusedKeyWhy() throws IOException {
    Path bundle = temporary.resolve("bundle");
    try (LocalKeyFolder operator = LocalKeyFolder.open(folder.config())) {
      operator.exportTo(bundle, secret("b"));
    }
    FolderFixture other = new FolderFixture(temporary.resolve("other")).make();
    try (LocalKeyFolder operator = LocalKeyFolder.open(other.config())) {
      create(operator.backend(BackendSettings.DEFAULT), "a");
      Path unlisted = other.file(RecordName.fresh("b", 99).fileName());
      Files.write(unlisted, new byte[9]);
      LocalKeyFolder.Report report = operator.importFrom(bundle, secret("b"));
      assertThat(report.refused()).containsExactly("a", "b");
      assertThat(report.refusals().get("a"))
          .contains("another key of this id", "Import this one into another folder");
      assertThat(report.refusals().get("b"))
          .contains(unlisted.getFileName().toString(), "move it out of the folder");
    }
  }
}
