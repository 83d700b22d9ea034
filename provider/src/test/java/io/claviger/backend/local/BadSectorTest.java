package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.CustomConfig;
import io.claviger.config.KmsConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.GenerateDataKeyRequest;
import io.claviger.kms.KeyMetadata;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import io.claviger.kms.ListKeysResult;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import io.claviger.service.ServiceSettings;
import io.claviger.service.ServiceStatus;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that does not give one record: a failing sector, or a file of another owner. */
class BadSectorTest {
  @TempDir Path temporary;
  private FolderFixture folder;
  private byte[] blob;
  private byte[] older;
  private volatile String bad = "";
  private volatile boolean denied;

  /** Does not give the files whose names contain {@link #bad}. */
  private final class BadDisk extends Disk {
    @Override
    byte[] read(Path file, int bytes) throws IOException {
      if (!bad.isEmpty() && file.toString().contains(bad)) {
        throw denied
            ? new AccessDeniedException(file.toString())
            : new IOException("Input/output error");
      }
      return super.read(file, bytes);
    }
  }

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "a", "b", "c");
      older = Files.readAllBytes(folder.record("b"));
      keys.rotateKey("b");
      blob = encrypt(keys, "b");
    }
    bad = folder.record("b").getFileName().toString();
  }

  private FileRecordStore store() {
    return new FileRecordStore(folder.open(new BadDisk()), FolderFixture.TIMEOUT, Duration.ZERO);
  }

  private void assertNamesTheFile(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
        .hasMessageContaining(bad)
        .hasMessageContaining(denied ? "AccessDeniedException" : "Input/output error")
        .hasMessageContaining("the other keys work");
  }

  @Test
  void itConcernsItsKeyOnlyAndHealthNamesIt() {
    try (KmsBackend keys = backend(store())) {
      ListKeysResult page = keys.listKeys(ListKeysRequest.first());
      assertThat(page.keys()).extracting(KeyMetadata::keyId).containsExactly("a", "c");
      assertThat(page.damagedKeyIds()).containsExactly("b");
      for (boolean how : new boolean[] {false, true}) {
        denied = how;
        assertNamesTheFile(() -> assertOpens(keys, "b", blob));
        assertNamesTheFile(() -> keys.rotateKey("b"));
        assertNamesTheFile(keys::healthCheck);
        create(keys, "new" + how);
      }
      assertThatThrownBy(keys::healthCheck).hasMessageContaining("of the keys [b]");
      bad = "";
      keys.healthCheck();
      assertOpens(keys, "b", blob);
    }
  }

  /** What fails as a whole is no matter of one key. */
  @Test
  void aDiskThatDoesNotGiveTheManifestEitherIsUnavailable() {
    try (KmsBackend keys = backend(store())) {
      bad = folder.path.toString();
      assertThat(failure(keys, "b")).isEqualTo(ErrorKind.UNAVAILABLE);
    }
  }

  /** The breaker of the service, which stands before all keys, does not count it. */
  @Test
  void callsForOtherKeysAreNeverRefused() {
    KmsBackend keys = backend(store());
    KmsServiceManager service =
        new KmsServiceManager(ServiceSettings.builder().backendFactory(factory(keys)).build());
    service.configure(KmsConfig.builder(CustomConfig.of("bad disk")).build());
    service.start();
    KmsManager kms = service.manager();
    for (int i = 0; i < 20; i++) {
      assertNamesTheFile(
          () -> kms.generateDataKey(GenerateDataKeyRequest.of("b", FolderFixture.NONE)).close());
    }
    kms.generateDataKey(GenerateDataKeyRequest.of("a", FolderFixture.NONE)).close();
    ServiceStatus status = service.healthCheck();
    assertThat(status.isRunning()).isFalse();
    assertThat(status.message()).contains("[b]", bad);
    service.stop();
  }

  private static KmsBackendFactory factory(KmsBackend backend) {
    return new KmsBackendFactory() {
      @Override
      public Set<String> typeNames() {
        return Set.of("bad disk");
      }

      @Override
      public KmsBackend create(BackendFields config, BackendSettings settings) {
        return backend;
      }
    };
  }

  @Test
  void exportsSayWhatTheyLeaveOut() {
    Path bundle = temporary.resolve("bundle");
    try (LocalKeyFolder operator = new LocalKeyFolder(folder.open(new BadDisk()))) {
      assertThat(operator.damagedKeyIds()).containsExactly("b");
      assertThatThrownBy(() -> operator.exportTo(bundle, secret("x")))
          .hasMessageContaining("[b] are damaged or cannot be read");
      assertThat(bundle).doesNotExist();
      assertThat(operator.exportReadableTo(bundle, secret("x"))).containsExactly("b");
    }
    FolderFixture other = new FolderFixture(temporary.resolve("other"));
    try (LocalKeyFolder operator = LocalKeyFolder.open(other.config())) {
      assertThat(operator.importFrom(bundle, secret("x")).imported()).containsExactly("a", "c");
    }
  }

  private LocalKeyFolder.Rebuilt rebuild() {
    KeyFolder files = new KeyFolder(folder.path, 0600, new BadDisk());
    return new Rebuild(files, new byte[] {'p'}).run();
  }

  /** Neither dropped nor replaced by what is older or was never acknowledged. */
  @Test
  void rebuildKeepsItsKey() throws IOException {
    Files.write(folder.file(RecordName.fresh("b", 2).asideName()), older);
    Files.write(folder.file(RecordName.fresh("b", 99).unfinishedName()), older);
    LocalKeyFolder.Rebuilt rebuilt = rebuild();
    assertThat(rebuilt.unreadable()).containsExactly(bad);
    assertThat(rebuilt.keyIds()).containsExactly("a", "c");
    assertThat(rebuilt.setAside()).hasSize(2);
    bad = "";
    try (KmsBackend keys = folder.backend()) {
      assertOpens(keys, "b", blob);
      keys.rotateKey("b");
      assertOpens(keys, "b", blob);
    }
  }

  @Test
  void rebuildPrefersANewerOneThatNoManifestNames() throws IOException {
    FolderFixture yesterday = new FolderFixture(temporary.resolve("yesterday"));
    FolderFixture.copy(folder.path, yesterday.path);
    byte[] newer;
    try (KmsBackend keys = folder.backend()) {
      keys.rotateKey("b");
      newer = encrypt(keys, "b");
    }
    Files.copy(yesterday.file(bad), folder.file(bad));
    Files.write(folder.manifest(), Files.readAllBytes(yesterday.manifest()));
    assertThat(rebuild().states()).containsKeys("a", "b", "c");
    try (KmsBackend keys = folder.backend()) {
      assertOpens(keys, "b", newer);
      assertOpens(keys, "b", blob);
    }
  }

  @Test
  void rebuildRefusesWhereNothingSaysWhoseItIs() throws IOException {
    Files.delete(folder.manifest());
    List<String> before = folder.files();
    assertThatThrownBy(this::rebuild)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageContaining("1 record files")
        .hasMessageContaining(bad)
        .hasMessageContaining("Input/output error")
        .hasMessageContaining("Nothing was changed");
    assertThat(folder.files()).isEqualTo(before);
  }
}
