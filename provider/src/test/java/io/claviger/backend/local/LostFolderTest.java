package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import io.claviger.kms.MacAlgorithm;
import io.claviger.kms.MacRequest;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.ServiceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder that is replaced or gone under a running process, which remembers keys that no file has
 * any more: it opens what they sealed, seals nothing more under them, and is not to be restarted.
 */
class LostFolderTest {
  private static final List<String> KEYS = List.of("a", "b", "new", "tagged");

  @TempDir Path temporary;
  private FolderFixture folder;
  private Path yesterday;
  private Path today;
  private KmsBackend running;
  private final Map<String, byte[]> blobs = new HashMap<>();

  /** Since yesterday b was rotated, "tagged" got a tag, "new" and "m" were made. */
  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    yesterday = temporary.resolve("yesterday");
    today = temporary.resolve("today");
    running = folder.backend();
    create(running, "a", "b", "tagged");
    FolderFixture.copy(folder.path, yesterday);
    running.rotateKey("b");
    running.tagKey("tagged", Map.of("x", "y"));
    create(running, "new");
    running.createKey(CreateKeyRequest.named("m").withUsage(KeyUsage.SIGN_VERIFY));
    KEYS.forEach(id -> blobs.put(id, encrypt(running, id)));
    FolderFixture.copy(folder.path, today);
  }

  @AfterEach
  void close() {
    running.close();
  }

  /** What an operator reads, at once and not after half a second. */
  private AbstractThrowableAssert<?, ? extends Throwable> assertHealth() {
    return assertThatThrownBy(running::healthCheck)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
        .hasMessageContaining("opens what it sealed, but is not used to seal")
        .hasMessageContaining("Do not restart this process");
  }

  private void assertSeals(String... ids) {
    for (String id : ids) {
      assertOpens(running, id, encrypt(running, id));
    }
  }

  private void assertSealsNot(String... ids) {
    for (String id : ids) {
      assertRefused(() -> encrypt(running, id));
      assertRefused(
          () -> running.generateDataKey(GenerateDataKeyRequest.of(id, FolderFixture.NONE)).close());
      assertRefused(() -> running.lendMaterial(id, 0).close());
      running.lendMaterial(id, 1).close();
    }
    KEYS.forEach(id -> assertOpens(running, id, blobs.get(id)));
  }

  private MacRequest mac(int version) {
    return new MacRequest("m", version, MacAlgorithm.HMAC_SHA_256, new byte[] {1});
  }

  @Test
  void underAnOlderCopyNothingIsSealedThatItDoesNotHold() throws IOException {
    byte[] mac = running.mac(mac(0));
    FolderFixture.copy(yesterday, folder.path);
    assertHealth()
        .hasMessageContaining("but this process has seen")
        .hasMessageContaining("of 4 keys, \"b\" among them")
        .hasMessageContaining("put the newer files back")
        .hasMessageContaining("Do not restart this process before");
    assertSealsNot("b", "new");
    assertRefused(() -> running.mac(mac(0)));
    assertThat(running.mac(mac(1))).isEqualTo(mac);
    assertSeals("a", "tagged");
    for (Path file : List.of(today)) {
      FolderFixture.copy(file, folder.path);
    }
    LocalKeyFolder.rebuild(folder.path, secret("p"));
    running.healthCheck();
    assertSeals("a", "b", "new", "tagged");
    try (KmsBackend fresh = folder.backend()) {
      KEYS.forEach(id -> assertOpens(fresh, id, blobs.get(id)));
    }
  }

  /** Also a key of the same name and number, made again by others. */
  @Test
  void underAForkNothingIsSealedThatItDoesNotHold() throws IOException {
    FolderFixture.copy(yesterday, folder.path);
    try (KmsBackend other = folder.backend()) {
      other.rotateKey("b");
      create(other, "new");
      for (int i = 0; i < 9; i++) {
        create(other, "other" + i);
      }
    }
    assertHealth()
        .hasMessageContaining("comes from an older one that was put back")
        .hasMessageContaining("Do not restart this process before");
    assertSealsNot("b", "new");
    assertSeals("a", "tagged");
  }

  /** What rebuild would not find is not to be rebuilt. */
  @Test
  void ofAFolderThatIsGoneTheSentenceIsTrue() throws IOException {
    Path away = temporary.resolve("away");
    Files.move(folder.path, away);
    for (boolean empty : new boolean[] {false, true}) {
      if (empty) {
        Files.createDirectory(folder.path); // the place where it was mounted
      }
      assertHealth()
          .hasMessageContaining("is not there: no manifest and no record was found. Mount it")
          .hasMessageContaining("Do not restart this process meanwhile")
          .hasMessageNotContaining("rebuild");
      assertSealsNot("a", "b", "new", "tagged");
    }
    Files.delete(folder.path);
    Files.move(away, folder.path);
    running.healthCheck();
    assertSeals("a", "b", "new", "tagged");
  }

  @Test
  void whereOnlyTheManifestIsLostSealingGoesOn() throws IOException {
    Files.delete(folder.manifest());
    assertHealth().hasMessageContaining("The records are as they were");
    assertSeals("a", "b", "new", "tagged");
    Files.delete(folder.record("b"));
    assertHealth()
        .hasMessageContaining("of key \"b\" is missing too: put the files back")
        .hasMessageContaining("Do not restart this process before");
    assertSealsNot("b");
    assertSeals("a", "new", "tagged");
  }

  /** No new passphrase opens it: the one of this process is newer. */
  @Test
  void aCopyOfBeforeTheLastPassphraseIsNotCalledNewer() throws IOException {
    OpenFolder opened = folder.open(new Disk());
    FileRecordStore store = new FileRecordStore(opened, FolderFixture.TIMEOUT, Duration.ZERO);
    RootChanges root = new RootChanges(opened, store, FolderFixture::cheap);
    root.changePassphrase(new byte[] {'q'});
    root.rotateRoot();
    running.close();
    running = backend(store);
    running.rotateKey("a");
    blobs.put("a", encrypt(running, "a"));
    KEYS.forEach(id -> assertOpens(running, id, blobs.get(id)));
    FolderFixture.copy(today, folder.path);
    assertHealth()
        .hasMessageContaining("has the root key of an older copy")
        .hasMessageContaining("Do not restart this process before")
        .hasMessageNotContaining("new passphrase");
    assertSealsNot("a", "b", "new");
  }

  @Test
  void aCopyThatHoldsAllIsTakenByARestart() throws IOException {
    create(running, "brief");
    running.deleteKey(io.claviger.kms.DeleteKeyRequest.immediate("brief", "brief"));
    FolderFixture.copy(today, folder.path);
    assertHealth()
        .hasMessageContaining("It names all records that this process knows")
        .hasMessageContaining("Then restart this process");
    assertSeals("a", "b", "new", "tagged");
  }

  /** A refusal for one key is none for the others, nor for reading. */
  @Test
  void theServiceGoesOnToOpen() throws IOException {
    KmsBackend backend = folder.backend();
    KmsServiceManager service =
        new KmsServiceManager(ServiceSettings.builder().backendFactory(factory(backend)).build());
    service.configure(KmsConfig.builder(CustomConfig.of("replaced")).enableCache(false).build());
    service.start();
    KmsManager kms = service.manager();
    kms.generateDataKey(GenerateDataKeyRequest.of("b", FolderFixture.NONE)).close();
    FolderFixture.copy(yesterday, folder.path);
    assertThat(service.healthCheck().message()).contains("Do not restart this process before");
    for (int i = 0; i < 20; i++) {
      assertRefused(
          () -> kms.generateDataKey(GenerateDataKeyRequest.of("b", FolderFixture.NONE)).close());
      assertRefused(() -> kms.lendMaterial("b", 2, true).close());
    }
    kms.lendMaterial("b", 2, false).close();
    assertOpens(backend, "b", blobs.get("b"));
    kms.generateDataKey(GenerateDataKeyRequest.of("a", FolderFixture.NONE)).close();
    service.stop();
  }

  private static KmsBackendFactory factory(KmsBackend backend) {
    return new KmsBackendFactory() {
      @Override
      public Set<String> typeNames() {
        return Set.of("replaced");
      }

      @Override
      public KmsBackend create(BackendFields config, BackendSettings settings) {
        return backend;
      }
    };
  }
}
