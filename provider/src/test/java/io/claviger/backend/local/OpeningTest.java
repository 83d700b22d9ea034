package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders open, and what opening does to them: nothing. */
class OpeningTest {
  @TempDir Path temporary;
  private FolderFixture folder;

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "k");
    }
  }

  private static KmsBackend start(LocalConfig config) {
    return new LocalBackendFactory()
        .create(BackendFields.of(config.toMapWithSecrets()), BackendSettings.DEFAULT);
  }

  @Test
  void strayFilesNeverMakeItAnotherKindOfFolder() throws IOException {
    Files.writeString(folder.file("x.key"), "{\"key_id\":\"x\"}");
    Files.write(folder.file(".master-key.salt"), new byte[16]);
    Files.createDirectory(folder.file("y.key"));
    Files.createSymbolicLink(folder.file("z.key"), temporary.resolve("nowhere"));
    Files.createDirectory(folder.file("sub.record"));
    try (KmsBackend keys = start(folder.config())) {
      assertThat(failure(keys, "k")).isNull();
      assertThat(failure(keys, "x")).isEqualTo(ErrorKind.KEY_NOT_FOUND);
      create(keys, "l");
    }
    Files.delete(folder.manifest());
    assertThatThrownBy(() -> start(folder.config()))
        .as("without its manifest neither")
        .hasMessageContaining("LocalKeyFolder.rebuild(folder, passphrase)");
    assertThat(folder.file("x.key")).exists();
  }

  @Test
  void aStrayDirectoryDoesNotMakeANewFolderRustfs() throws IOException {
    Path fresh = Files.createDirectory(temporary.resolve("fresh"));
    Files.createDirectory(fresh.resolve("y.key"));
    Files.createSymbolicLink(fresh.resolve("z.key"), temporary.resolve("nowhere"));
    try (KmsBackend keys = start(LocalConfig.of(fresh, "p"))) {
      create(keys, "k");
    }
  }

  @Test
  void aRustfsFolderIsNotMadeOurOwn() throws IOException {
    Path rustfs = Files.createDirectory(temporary.resolve("rustfs"));
    Files.write(rustfs.resolve(".master-key.salt"), new byte[16]);
    assertThatThrownBy(() -> LocalKeyFolder.open(LocalConfig.of(rustfs, "p")))
        .hasMessageContaining("importRustfs");
    assertThat(rustfs.toFile().list()).containsExactly(".master-key.salt");
  }

  @Test
  void withoutCreatingAnEmptyFolderIsAVolumeThatIsNotMounted() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    Path missing = temporary.resolve("missing");
    for (Path path : new Path[] {empty, missing}) {
      assertThatThrownBy(() -> start(LocalConfig.of(path, "p").withoutCreating()))
          .isInstanceOfSatisfying(
              KmsException.class,
              e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION))
          .hasMessageContaining("create=false")
          .hasMessageContaining("Is the volume mounted?");
    }
    assertThat(empty).isEmptyDirectory();
    assertThat(missing).doesNotExist();
    start(folder.config().withoutCreating()).close();
  }

  @Test
  void openingReadingAndHealthChecksWriteNothing() throws IOException {
    Files.writeString(folder.file(".claviger-manifest-9.new"), "of a crash");
    Files.delete(folder.file(KeyFolder.LOCK));
    var before = folder.files();
    try (KmsBackend keys = start(folder.config())) {
      keys.healthCheck();
      assertThat(failure(keys, "k")).isNull();
    }
    assertThat(folder.files()).isEqualTo(before);
  }

  @Test
  void aFolderThatEverybodyMayWriteIsRefusedAndOneForAGroupOpens() throws IOException {
    Files.setPosixFilePermissions(folder.path, PosixFilePermissions.fromString("rwxrwx---"));
    start(folder.config()).close();
    Files.setPosixFilePermissions(folder.path, PosixFilePermissions.fromString("rwx----w-"));
    assertThatThrownBy(() -> start(folder.config()))
        .hasMessageContaining("every user of this machine can write the key folder")
        .hasMessageContaining("chmod o-w");
    BackendSettings insecure =
        new BackendSettings(FolderFixture.TIMEOUT, true, false, BackendSettings.DEFAULT.clock());
    new LocalBackendFactory()
        .create(BackendFields.of(folder.config().toMapWithSecrets()), insecure)
        .close();
  }

  @Test
  void theLockFileHasTheModeOfTheOthers() throws IOException {
    Path path = temporary.resolve("grouped");
    try (KmsBackend keys = start(LocalConfig.of(path, "p").withFilePermissions(0640))) {
      create(keys, "k");
    }
    for (String file : new FolderFixture(path).files()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve(file))))
          .as(file)
          .isEqualTo("rw-r-----");
    }
  }

  /** What a person needs to repair a disk: the system's own words, and which file it is about. */
  @Test
  void failuresOfTheDiskSayWhatTheSystemSays() {
    assertThat(KeyFolder.why(new IOException("No space left on device")))
        .isEqualTo("IOException: No space left on device");
    assertThat(KeyFolder.why(new FileSystemException("/keys/a.key", null, "Read-only file system")))
        .isEqualTo("FileSystemException: a.key: Read-only file system");
    assertThat(KeyFolder.why(new NoSuchFileException("/keys/a.key")))
        .isEqualTo("NoSuchFileException: a.key");
    assertThat(KeyFolder.why(new IOException())).isEqualTo("IOException");
  }
}
