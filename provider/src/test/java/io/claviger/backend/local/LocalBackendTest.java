package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.testkit.KmsBackendContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBackendTest extends KmsBackendContract {
  /** No file system takes an id of this length and these letters as a name. */
  private static final String LONG_ID = "k/ä ..\\".repeat(100);

  @TempDir Path temporary;

  @Override
  protected KmsBackend newBackend() {
    return open(temporary.resolve("keys"), "correct horse");
  }

  private static KmsBackend open(Path folder, String passphrase) {
    return new LocalBackendFactory()
        .create(
            BackendFields.of(Map.of("key_dir", folder.toString(), "master_key", passphrase)),
            BackendSettings.DEFAULT);
  }

  private Path recordOf(String id) {
    return new FolderFixture(temporary.resolve("keys")).record(id);
  }

  @Test
  void keysOutliveTheProcessAndOthersSeeChanges() {
    backend.createKey(CreateKeyRequest.named(LONG_ID).withDescription("d"));
    try (KmsBackend other = open(temporary.resolve("keys"), "correct horse")) {
      assertThat(other.describeKey(new DescribeKeyRequest(LONG_ID)).description()).isEqualTo("d");
      backend.disableKey(LONG_ID);
      assertThat(reopened().describeKey(new DescribeKeyRequest(LONG_ID)).state())
          .isEqualTo(KeyState.DISABLED);
    }
  }

  @Test
  void filesAreForTheOwnerOnlyAndNothingTemporaryStays() throws IOException {
    backend.createKey(CreateKeyRequest.named("k"));
    backend.rotateKey("k");
    backend.healthCheck();
    assertThat(rights(temporary.resolve("keys"))).isEqualTo("rwx------");
    assertThat(rights(recordOf("k"))).isEqualTo("rw-------");
    for (String file : List.of(".claviger-root.json", ".claviger-manifest", ".claviger.lock")) {
      assertThat(rights(temporary.resolve("keys").resolve(file))).isEqualTo("rw-------");
    }
    try (Stream<Path> files = Files.list(temporary.resolve("keys"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .filteredOn(name -> !name.equals(recordOf("k").getFileName().toString()))
          .containsExactlyInAnyOrder(".claviger-root.json", ".claviger-manifest", ".claviger.lock");
    }
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aWrongPassphraseIsSaidAndChangesNothing() throws IOException {
    backend.createKey(CreateKeyRequest.named("k"));
    byte[] root = Files.readAllBytes(temporary.resolve("keys/.claviger-root.json"));
    KmsException e =
        catchThrowableOfType(
            KmsException.class, () -> open(temporary.resolve("keys"), "wrong passphrase 77"));
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(e)
        .hasMessageContaining("this passphrase does not open the key folder")
        .hasMessageContaining("Give the one that it was created with");
    assertThat(e.getMessage()).doesNotContain("wrong passphrase 77");
    assertThat(Files.readAllBytes(temporary.resolve("keys/.claviger-root.json"))).isEqualTo(root);
  }

  @Test
  void aFolderThatCannotBeWrittenIsSaid() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    KmsException e =
        catchThrowableOfType(KmsException.class, () -> open(file.resolve("keys"), "p"));
    assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
    assertThat(e)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("Give this user the right to write there");
  }

  @Test
  void everyChangedByteOfARecordIsNoticedAndTheOthersWork() throws IOException {
    backend.createKey(CreateKeyRequest.named("k"));
    backend.createKey(CreateKeyRequest.named("l"));
    Path file = recordOf("k");
    byte[] record = Files.readAllBytes(file);
    for (int i = 0; i < record.length; i++) {
      byte[] changed = record.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      assertThat(failure(reopened(), "k")).isEqualTo(ErrorKind.CORRUPT_RECORD);
    }
    Files.write(file, Files.readAllBytes(recordOf("l")));
    KmsBackend fresh = reopened();
    assertThat(failure(fresh, "k")).as("another key's record").isEqualTo(ErrorKind.CORRUPT_RECORD);
    assertThat(fresh.listKeys(ListKeysRequest.first()).damagedKeyIds()).containsExactly("k");
    assertThat(fresh.listKeys(ListKeysRequest.first()).keys()).hasSize(1);
    KmsException taken =
        catchThrowableOfType(
            KmsException.class, () -> fresh.createKey(CreateKeyRequest.named("k")));
    assertThat(taken.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD);
  }

  /** A store that has read nothing yet, without the cost of Argon2id. */
  private KmsBackend reopened() {
    if (folder == null) {
      folder =
          LocalBackendFactory.openFolder(
              LocalConfig.of(temporary.resolve("keys"), "correct horse"),
              false,
              FolderFixture.TIMEOUT);
    }
    return new KeyringBackend(
        new FileRecordStore(folder, FolderFixture.TIMEOUT, Duration.ZERO), BackendSettings.DEFAULT);
  }

  private OpenFolder folder;

  private static ErrorKind failure(KmsBackend in, String id) {
    return catchThrowableOfType(
            KmsException.class, () -> in.describeKey(new DescribeKeyRequest(id)))
        .kind();
  }

  @Test
  void noSecretLiesOpenInTheFolder() throws IOException {
    backend.createKey(CreateKeyRequest.named("k").withDescription("a private description"));
    String stored =
        new String(Files.readAllBytes(recordOf("k")), StandardCharsets.ISO_8859_1)
            + Files.readString(temporary.resolve("keys/.claviger-root.json"));
    assertThat(stored).doesNotContain("a private description").doesNotContain("correct horse");
  }
}
