package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can write the folder puts older, other or no files in the place of records and index. */
class RollbackTest {
  private static final int DONE_BYTES = 2 + 1 + 8 + 16 + 32;

  @TempDir Path temporary;
  private OpenFolder folder;
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void open() {
    folder = reopenedFolder();
  }

  private OpenFolder reopenedFolder() {
    return LocalBackendFactory.openFolder(LocalConfig.of(temporary.resolve("keys"), "p"));
  }

  /** A backend that has read nothing yet. */
  private KmsBackend backend() {
    return new KeyringBackend(new FileRecordStore(folder, nanos::get), BackendSettings.DEFAULT);
  }

  private Path file(String name) {
    return temporary.resolve("keys").resolve(name);
  }

  private static KmsException failure(KmsBackend backend, String id) {
    return catchThrowableOfType(
        KmsException.class, () -> backend.describeKey(new DescribeKeyRequest(id)));
  }

  private static void create(KmsBackend backend, String... ids) {
    for (String id : ids) {
      backend.createKey(CreateKeyRequest.named(id));
    }
  }

  private static void assertCorrupt(KmsBackend backend, String id, String how) {
    KmsException e = failure(backend, id);
    assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD);
    assertThat(e).hasMessageContaining("key \"" + id + "\"").hasMessageContaining(how);
  }

  @Test
  void yesterdaysRecordIsNoticedByThisProcessAndByTheNext() throws IOException {
    KmsBackend running = backend();
    create(running, "k", "l");
    byte[] yesterday = Files.readAllBytes(file("k.key"));
    running.disableKey("k");
    Files.write(file("k.key"), yesterday);
    nanos.addAndGet(FileRecordStore.MOST_AGE.toNanos());
    assertCorrupt(running, "k", "is an older one that was put back");
    folder = reopenedFolder();
    assertCorrupt(backend(), "k", "is an older one that was put back");
    assertThatThrownBy(() -> backend().enableKey("k"))
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD));
    assertThat(Files.readAllBytes(file("k.key"))).as("left as it is").isEqualTo(yesterday);
    assertThat(backend().listKeys(ListKeysRequest.first()).damagedKeyIds()).containsExactly("k");
    backend().rotateKey("l");
  }

  @Test
  void aDestroyedKeyDoesNotComeBack() throws IOException {
    create(backend(), "k", "l");
    byte[] record = Files.readAllBytes(file("k.key"));
    backend().deleteKey(DeleteKeyRequest.immediate("k", "k"));
    Files.write(file("k.key"), record);
    assertThat(failure(backend(), "k").kind()).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    create(backend(), "k");
    assertThat(Files.readAllBytes(file("k.key"))).as("another key").isNotEqualTo(record);
    assertThat(failure(backend(), "k")).isNull();
    Files.write(file("k.key"), record);
    assertCorrupt(backend(), "k", "older");
  }

  @Test
  void aRemovedRecordIsMissedAndItsIdStaysTaken() throws IOException {
    create(backend(), "k");
    byte[] record = Files.readAllBytes(file("k.key"));
    Files.delete(file("k.key"));
    assertCorrupt(backend(), "k", "is missing, though the index knows it");
    assertThat(backend().listKeys(ListKeysRequest.first()).damagedKeyIds()).containsExactly("k");
    assertThatThrownBy(() -> create(backend(), "k")).hasMessageContaining("exists already");
    Files.write(file("k.key"), record);
    assertThat(failure(backend(), "k")).as("restored").isNull();
  }

  @Test
  void anIndexPutBackLeavesTheRecordsAheadOfIt() throws IOException {
    create(backend(), "k", "l");
    byte[] index = Files.readAllBytes(file(".claviger-index"));
    byte[] record = Files.readAllBytes(file("k.key"));
    backend().disableKey("k");
    backend().disableKey("l");
    Files.write(file(".claviger-index"), index);
    Files.write(file("k.key"), record);
    folder = reopenedFolder();
    assertThat(failure(backend(), "k")).as("record and index fit again").isNull();
    assertCorrupt(backend(), "l", "is newer than the index, which was cut or put back");
  }

  @Test
  void everyChangedByteOfTheIndexIsNoticedAndKeysCanStillBeUsed() throws IOException {
    create(backend(), "k", "l");
    byte[] index = Files.readAllBytes(file(".claviger-index"));
    // a last DONE that cannot be read is one that a crash cut off: nothing is lost by it
    for (int i = 0; i < index.length - DONE_BYTES; i++) {
      byte[] changed = index.clone();
      changed[i] ^= 1;
      Files.write(file(".claviger-index"), changed);
      KmsBackend running = backend();
      assertThatThrownBy(
              () -> {
                running.healthCheck();
                running.describeKey(new DescribeKeyRequest("l"));
              })
          .as("byte %d", i)
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD));
      Files.write(file(".claviger-index"), index);
      Files.setLastModifiedTime(file(".claviger-index"), FileTime.fromMillis(1_000L * i));
      backend().healthCheck();
    }
    byte[] changed = index.clone();
    changed[index.length - 1] ^= 1;
    Files.write(file(".claviger-index"), changed);
    assertThat(failure(backend(), "k")).as("reading goes on").isNull();
    assertThatThrownBy(() -> backend().rotateKey("k"))
        .hasMessageContaining("is damaged")
        .hasMessageContaining("rebuildIndex");
    try (LocalKeyFolder operator =
        LocalKeyFolder.open(LocalConfig.of(temporary.resolve("keys"), "p"))) {
      assertThat(operator.rebuildIndex()).containsExactly("k", "l");
    }
    backend().rotateKey("k");
  }

  @Test
  void aMissingIndexIsNotMadeAnew() throws IOException {
    create(backend(), "k");
    Files.delete(file(".claviger-index"));
    assertThatThrownBy(this::reopenedFolder)
        .hasMessageContaining("is missing")
        .hasMessageContaining("restore the folder from a backup");
    assertThat(failure(backend(), "k")).as("the running process goes on").isNull();
  }

  @Test
  void aTornEntryOfACrashIsCutOff() throws IOException {
    create(backend(), "k");
    byte[] index = Files.readAllBytes(file(".claviger-index"));
    backend().disableKey("k");
    byte[] longer = Files.readAllBytes(file(".claviger-index"));
    for (int end = index.length; end < index.length + 40; end++) {
      Files.write(file(".claviger-index"), Arrays.copyOf(longer, end));
      folder = reopenedFolder();
      assertCorrupt(backend(), "k", "is newer than the index");
      create(backend(), "after-" + end);
    }
  }

  @Test
  void whatACrashLeftBehindHindersNobody() throws IOException {
    KmsBackend first = backend();
    create(first, "k");
    byte[] before = Files.readAllBytes(file("k.key"));
    first.disableKey("k");
    byte[] after = Files.readAllBytes(file("k.key"));
    byte[] index = Files.readAllBytes(file(".claviger-index"));
    byte[] withoutDone = Arrays.copyOf(index, index.length - DONE_BYTES);

    Files.write(file(".claviger-index"), withoutDone);
    Files.write(file("k.key"), before);
    Files.write(file(".k.key.tmp-1"), new byte[3]);
    folder = reopenedFolder();
    assertThat(state("k")).as("never happened").isEqualTo("ENABLED");
    assertThat(file(".k.key.tmp-1")).doesNotExist();
    backend().rotateKey("k");

    Files.write(file(".claviger-index"), withoutDone);
    Files.write(file("k.key"), after);
    folder = reopenedFolder();
    assertThat(state("k")).as("happened").isEqualTo("DISABLED");
    backend().enableKey("k");
  }

  private String state(String id) {
    return backend().describeKey(new DescribeKeyRequest(id)).state().name();
  }

  @Test
  void aRecordMovedIntoAnotherFolderDoesNotOpen() throws IOException {
    create(backend(), "k");
    OpenFolder other =
        LocalBackendFactory.openFolder(LocalConfig.of(temporary.resolve("other"), "p"));
    Files.copy(
        file("k.key"), temporary.resolve("other/k.key"), StandardCopyOption.REPLACE_EXISTING);
    KmsBackend there =
        new KeyringBackend(new FileRecordStore(other, nanos::get), BackendSettings.DEFAULT);
    assertCorrupt(there, "k", "sealed under a root key that this folder does not have");
  }

  @Test
  void theIndexStaysSmall() throws IOException {
    KmsBackend backend = backend();
    create(backend, "k");
    for (int i = 0; i < 1_200; i++) {
      backend.updateDescription("k", "d" + i);
    }
    assertThat(Files.size(file(".claviger-index"))).isLessThan(100_000);
    folder = reopenedFolder();
    assertThat(backend().describeKey(new DescribeKeyRequest("k")).description()).isEqualTo("d1199");
  }
}
