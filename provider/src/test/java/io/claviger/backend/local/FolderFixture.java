package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.keyring.Argon2Key;
import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.PassphraseKey;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.CreateKeyRequest;
import io.claviger.kms.DecryptRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.EncryptRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A key folder of a test, its files and the processes that use it. */
final class FolderFixture {
  static final EncryptionContext NONE = EncryptionContext.empty();
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  final Path path;

  FolderFixture(Path path) {
    this.path = path;
  }

  /** Returns the least cost that a passphrase can have: a hundred openings take no second. */
  static PassphraseKey cheap() {
    return new Argon2Key(new byte[16], 8, 1, 1);
  }

  /** Makes the folder with a passphrase that costs nothing to try. */
  FolderFixture make() {
    return make(new Disk());
  }

  FolderFixture make(Disk disk) {
    KeyFolder files = new KeyFolder(path, 0600, disk);
    RootKeys roots = new RootKeys(Root.fresh(), null);
    files.make();
    OpenFolder.create(files, roots, RootFile.encode(roots, new byte[] {'p'}, 1, cheap()));
    return this;
  }

  LocalConfig config() {
    return LocalConfig.of(path, "p");
  }

  static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A process with a disk of its own. */
  FileRecordStore store(Disk disk) {
    return store(disk, TIMEOUT);
  }

  FileRecordStore store(Disk disk, Duration timeout) {
    return new FileRecordStore(open(disk), timeout, Duration.ZERO);
  }

  OpenFolder open(Disk disk) {
    return open(disk, TIMEOUT);
  }

  /** Opens the folder as a process whose calls end by {@code timeout}. */
  OpenFolder open(Disk disk, Duration timeout) {
    KeyFolder files = new KeyFolder(path, 0600, disk);
    return LocalBackendFactory.openFolder(
        files, new TimedCalls(files, timeout), new byte[] {'p'}, true, false);
  }

  static KmsBackend backend(FileRecordStore store) {
    return new KeyringBackend(store, BackendSettings.DEFAULT);
  }

  KmsBackend backend() {
    return backend(store(new Disk()));
  }

  Path file(String name) {
    return path.resolve(name);
  }

  Path manifest() {
    return file(KeyFolder.MANIFEST);
  }

  Path rootCopy() {
    return file(KeyFolder.ROOT_COPY);
  }

  /** Returns the record file of a key. */
  Path record(String keyId) {
    List<Path> found =
        records().stream()
            .filter(
                file -> {
                  RecordName name = RecordName.parse(file.getFileName().toString());
                  return name != null && name.isOf(keyId);
                })
            .toList();
    assertThat(found).as("records of %s", keyId).hasSize(1);
    return found.get(0);
  }

  List<Path> records() {
    return files().stream()
        .map(this::file)
        .filter(file -> file.toString().endsWith(".record"))
        .toList();
  }

  List<String> files() {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a folder with its files as they are. */
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> there = Files.list(to)) {
      for (Path file : there.toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  static void create(KmsBackend backend, String... ids) {
    for (String id : ids) {
      backend.createKey(CreateKeyRequest.named(id));
    }
  }

  static byte[] encrypt(KmsBackend backend, String id) {
    try (SecretBytes plain = SecretBytes.copyOf(new byte[] {7})) {
      return backend.encrypt(new EncryptRequest(id, plain, NONE)).ciphertextBlob();
    }
  }

  static void assertOpens(KmsBackend backend, String id, byte[] blob) {
    try (SecretBytes plain = backend.decrypt(new DecryptRequest(id, blob, NONE))) {
      assertThat(plain.toByteArray()).containsExactly(7);
    }
  }

  /** Returns why a key cannot be used, or null if it can. */
  static ErrorKind failure(KmsBackend backend, String id) {
    try {
      backend.describeKey(new DescribeKeyRequest(id));
      return null;
    } catch (KmsException e) {
      return e.kind();
    }
  }
}
