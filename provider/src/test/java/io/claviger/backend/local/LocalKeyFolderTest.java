package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ImportKeyRequest;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do. */
class LocalKeyFolderTest {
  private static final EncryptionContext NONE = EncryptionContext.empty();

  @TempDir Path temporary;

  private FolderFixture files;

  @BeforeEach
  void folder() {
    files = new FolderFixture(temporary.resolve("keys"));
  }

  private LocalConfig config(String passphrase) {
    return LocalConfig.of(temporary.resolve("keys"), passphrase);
  }

  private static KmsBackend backend(LocalConfig config) {
    return new LocalBackendFactory()
        .create(BackendFields.of(config.toMapWithSecrets()), BackendSettings.DEFAULT);
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] encrypt(KmsBackend backend, String id) {
    try (SecretBytes plain = SecretBytes.copyOf(new byte[] {7})) {
      return backend.encrypt(new EncryptRequest(id, plain, NONE)).ciphertextBlob();
    }
  }

  private static void assertOpens(KmsBackend backend, String id, byte[] blob) {
    try (SecretBytes plain = backend.decrypt(new DecryptRequest(id, blob, NONE))) {
      assertThat(plain.toByteArray()).containsExactly(7);
    }
  }

  @Test
  void aNewPassphraseOpensAndTheOldOneDoesNot() {
    byte[] blob;
    try (KmsBackend backend = backend(config("old"))) {
      backend.createKey(CreateKeyRequest.named("k"));
      blob = encrypt(backend, "k");
      try (LocalKeyFolder folder = LocalKeyFolder.open(config("old"))) {
        folder.changePassphrase(secret("new"));
        folder.changePassphrase(secret("newer"));
      }
      assertOpens(backend, "k", blob);
      backend.rotateKey("k");
    }
    try (KmsBackend backend = backend(config("newer"))) {
      assertOpens(backend, "k", blob);
    }
    assertThatThrownBy(() -> backend(config("old")))
        .hasMessageContaining("this passphrase does not open");
    try (LocalKeyFolder folder = LocalKeyFolder.open(config("newer"))) {
      assertThatThrownBy(() -> folder.changePassphrase(secret("")))
          .hasMessageContaining("is empty");
    }
  }

  /** An interrupt closes the channel that a thread reads; it does not make a file unreadable. */
  @Test
  void aThreadThatWasInterruptedIsServed() {
    Path bundle = temporary.resolve("bundle");
    try (KmsBackend backend = backend(config("p"))) {
      backend.createKey(CreateKeyRequest.named("k"));
      byte[] blob = encrypt(backend, "k");
      Thread.currentThread().interrupt();
      try (LocalKeyFolder folder = LocalKeyFolder.open(config("p"))) {
        folder.exportTo(bundle, secret("b"));
        assertThat(folder.damagedKeyIds()).isEmpty();
        assertThat(folder.setAside()).isEmpty();
      }
      LocalConfig config = LocalConfig.of(temporary.resolve("other"), "p");
      try (LocalKeyFolder other = LocalKeyFolder.open(config)) {
        try {
          other.importFrom(bundle, secret("b"));
        } catch (KmsException e) { // a change may be given up as long as it waits for its turn
          assertThat(e).hasMessageContaining("did not begin, and nothing was changed");
        }
        assertThatThrownBy(() -> other.importRustfs(temporary.resolve("none"), secret("m")))
            .hasMessageContaining("none cannot be read (NoSuchFileException: none)");
        Thread.interrupted();
        other.importFrom(bundle, secret("b"));
        Thread.currentThread().interrupt();
        assertOpens(other.backend(BackendSettings.DEFAULT), "k", blob);
      }
      assertThat(LocalKeyFolder.rebuild(config.keyDir(), secret("p")).keyIds()).contains("k");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aRotatedRootSealsEveryRecordAgainAndRunningProcessesGoOn() throws IOException {
    try (KmsBackend backend = backend(config("p"));
        LocalKeyFolder folder = LocalKeyFolder.open(config("p"))) {
      for (int i = 0; i < 5; i++) {
        backend.createKey(CreateKeyRequest.named("k" + i));
      }
      byte[] blob = encrypt(backend, "k0");
      Path old = files.record("k0");
      byte[] record = Files.readAllBytes(old);
      folder.rotateRoot();
      assertThat(files.files()).doesNotContain(old.getFileName().toString());
      assertThat(folder.damagedKeyIds()).isEmpty();
      assertOpens(backend, "k0", blob);
      backend.rotateKey("k1");
      folder.rotateRoot();
      try (KmsBackend fresh = backend(config("p"))) {
        assertOpens(fresh, "k0", blob);
        assertThat(fresh.describeKey(new DescribeKeyRequest("k1")).currentVersion()).isEqualTo(2);
      }
      Files.write(files.record("k0"), record);
      assertThat(folder.damagedKeyIds()).as("sealed under the first root key").contains("k0");
    }
  }

  @Test
  void aBundleBringsTheKeysIntoAnotherFolder() throws IOException {
    Path bundle = temporary.resolve("backup.json");
    byte[] old;
    byte[] blob;
    try (KmsBackend backend = backend(config("p"));
        LocalKeyFolder folder = LocalKeyFolder.open(config("p"))) {
      backend.createKey(CreateKeyRequest.named("k"));
      backend.createKey(CreateKeyRequest.named("l"));
      old = encrypt(backend, "k");
      backend.rotateKey("k");
      blob = encrypt(backend, "k");
      backend.disableKey("l");
      folder.exportTo(bundle, secret("bundle passphrase"));
      assertThatThrownBy(() -> folder.exportTo(bundle, secret("other")))
          .hasMessageContaining("exists already and is not overwritten");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle)))
        .isEqualTo("rw-------");
    LocalConfig elsewhere = LocalConfig.of(temporary.resolve("elsewhere"), "q");
    try (LocalKeyFolder folder = LocalKeyFolder.open(elsewhere);
        KmsBackend backend = backend(elsewhere)) {
      backend.createKey(CreateKeyRequest.named("l"));
      assertThatThrownBy(() -> folder.importFrom(bundle, secret("wrong")))
          .hasMessageContaining("Nothing was imported");
      LocalKeyFolder.Report report = folder.importFrom(bundle, secret("bundle passphrase"));
      assertThat(report.imported()).containsExactly("k");
      assertThat(report.refused()).as("another key of the same id").containsExactly("l");
      assertThat(folder.importFrom(bundle, secret("bundle passphrase")).alreadyThere())
          .containsExactly("k");
    }
    try (KmsBackend backend = backend(elsewhere)) {
      assertOpens(backend, "k", old);
      assertOpens(backend, "k", blob);
    }
    byte[] content = Files.readAllBytes(bundle);
    Files.write(temporary.resolve("cut.json"), java.util.Arrays.copyOf(content, 200));
    try (LocalKeyFolder folder = LocalKeyFolder.open(elsewhere)) {
      assertThatThrownBy(
              () -> folder.importFrom(temporary.resolve("cut.json"), secret("bundle passphrase")))
          .hasMessageContaining("is no key bundle or was cut");
    }
  }

  @Test
  void anExportThatFailsLeavesNoFile() {
    Path bundle = temporary.resolve("bundle.json");
    Disk full =
        new Disk() {
          @Override
          void write(Path file, byte[] content) throws IOException {
            super.write(file, java.util.Arrays.copyOf(content, 1));
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(() -> KeyFolder.writeBackup(bundle, new byte[9], full))
        .hasMessageContaining("No space left");
    assertThat(bundle).doesNotExist();
  }

  @Test
  void anExportNamesWhatItCannotTake() throws IOException {
    Path bundle = temporary.resolve("bundle.json");
    try (KmsBackend backend = backend(config("p"))) {
      FolderFixture.create(backend, "good", "damaged");
    }
    Files.write(files.record("damaged"), new byte[3]);
    try (LocalKeyFolder folder = LocalKeyFolder.open(config("p"))) {
      assertThatThrownBy(() -> folder.exportTo(bundle, secret("b")))
          .hasMessageContaining("[damaged]")
          .hasMessageContaining("nothing was written");
      assertThat(bundle).doesNotExist();
      assertThat(folder.exportReadableTo(bundle, secret("b"))).containsExactly("damaged");
    }
    try (LocalKeyFolder other =
        LocalKeyFolder.open(LocalConfig.of(temporary.resolve("other"), "o"))) {
      assertThat(other.importFrom(bundle, secret("b")).imported()).containsExactly("good");
    }
  }

  /** The same raw material twice: raw ciphers alike, blobs not, so it is another key. */
  @Test
  void alreadyThereIsWhatOpensTheSameBlobs() {
    Path bundle = temporary.resolve("bundle.json");
    byte[] raw = new byte[32];
    byte[] wrap = new byte[32];
    wrap[0] = 1;
    byte[] lost;
    byte[] escrowed;
    try (LocalKeyFolder folder = LocalKeyFolder.open(config("p"))) {
      KmsBackend backend = folder.backend(BackendSettings.DEFAULT);
      backend.importRawKey(raw("raw", raw));
      backend.importRawKey(raw("escrow", raw).withWrappingSecret(SecretBytes.copyOf(wrap)));
      lost = encrypt(backend, "raw");
      escrowed = encrypt(backend, "escrow");
      folder.exportTo(bundle, secret("b"));
    }
    LocalConfig elsewhere = LocalConfig.of(temporary.resolve("elsewhere"), "q");
    try (LocalKeyFolder folder = LocalKeyFolder.open(elsewhere)) {
      KmsBackend backend = folder.backend(BackendSettings.DEFAULT);
      backend.importRawKey(raw("raw", raw));
      backend.importRawKey(raw("escrow", raw).withWrappingSecret(SecretBytes.copyOf(wrap)));
      assertThatThrownBy(() -> assertOpens(backend, "raw", lost))
          .hasMessageContaining("does not open");
      assertOpens(backend, "escrow", escrowed);
      LocalKeyFolder.Report report = folder.importFrom(bundle, secret("b"));
      assertThat(report.refused()).containsExactly("raw");
      assertThat(report.alreadyThere()).containsExactly("escrow");
      assertThatThrownBy(
              () ->
                  backend.importRawKey(
                      raw("same", raw).withWrappingSecret(SecretBytes.copyOf(raw))))
          .hasMessageContaining("differ from the raw key");
    }
  }

  private static ImportKeyRequest raw(String id, byte[] raw) {
    return new ImportKeyRequest(
        id, SecretBytes.copyOf(raw), KeyUsage.ENCRYPT_DECRYPT, "", Map.of());
  }

  /** A process that has neither seen the new passphrase nor the new root key. */
  @Test
  void aProcessWithoutTheNewPassphraseGoesOnWithTheKeysThatItRemembers() {
    try (LocalKeyFolder running = LocalKeyFolder.open(config("old"))) {
      KmsBackend keys = running.backend(BackendSettings.DEFAULT);
      FolderFixture.create(keys, "used");
      byte[] blob = encrypt(keys, "used");
      try (LocalKeyFolder operator = LocalKeyFolder.open(config("old"))) {
        operator.changePassphrase(secret("new"));
        FolderFixture.create(keys, "after the passphrase");
        operator.rotateRoot();
        FolderFixture.create(operator.backend(BackendSettings.DEFAULT), "after the root key");
      }
      assertOpens(keys, "used", blob);
      for (String id : new String[] {"after the root key", "not there"}) {
        assertThatThrownBy(() -> keys.describeKey(new DescribeKeyRequest(id)))
            .hasMessageContaining("restart it with the new passphrase")
            .hasMessageNotContaining("backup");
      }
      assertThatThrownBy(() -> FolderFixture.create(keys, "change"))
          .hasMessageContaining("restart it with the new passphrase");
      assertThatThrownBy(running::rotateRoot)
          .hasMessageContaining("restart it with the new passphrase");
    }
  }

  @Test
  void aRotationKeepsTheOldRootKeyForDamagedRecords() throws IOException {
    try (KmsBackend backend = backend(config("p"));
        LocalKeyFolder folder = LocalKeyFolder.open(config("p"))) {
      FolderFixture.create(backend, "k", "damaged");
      Path file = files.record("damaged");
      byte[] record = Files.readAllBytes(file);
      Files.write(file, new byte[3]);
      assertThatThrownBy(folder::rotateRoot)
          .hasMessageContaining("[damaged]")
          .hasMessageContaining("the old one stays beside it");
      assertThat(folder.damagedKeyIds()).containsExactly("damaged");
      Files.write(file, record);
      folder.rotateRoot();
      assertThat(folder.damagedKeyIds()).isEmpty();
      assertThat(Files.readString(files.rootCopy())).doesNotContain("previous");
    }
  }
}
