package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.KeyVersion;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.Capabilities;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A key folder of RustFS, read as it is and never changed. Records are read once; RustFS does not
 * authenticate state, dates and tags, nor which record belongs to which id beyond its own field.
 *
 * <p>Its keys have one secret each: it opens RustFS's envelopes and wraps our blobs; Mac and raw
 * ciphers are refused, and so is every change. {@code LocalKeyFolder.importRustfs} makes keys of
 * ours.
 */
final class RustfsFolder implements RecordStore {
  static final String SALT_FILE = ".master-key.salt";

  private static final String SUFFIX = ".key";
  private static final Disk DISK = new Disk();
  private static final Capabilities NOTHING =
      new Capabilities(false, false, false, false, false, false);

  private final Path folder;
  private final TimedCalls calls;
  private final RustfsMaterial material;
  private final ConcurrentHashMap<String, KeyRecord> read = new ConcurrentHashMap<>();

  RustfsFolder(Path folder, SecretBytes masterKey) {
    this(folder, masterKey, new TimedCalls(folder, BackendSettings.DEFAULT.timeout()));
  }

  /** Reads the folder with {@code calls}, which are adopted. */
  RustfsFolder(Path folder, SecretBytes masterKey, TimedCalls calls) {
    this.folder = folder;
    this.calls = calls;
    this.material = new RustfsMaterial(masterKey, salt());
  }

  /** Whether a folder is RustFS's: it has RustFS's salt, or a record that is JSON. */
  static boolean is(Path folder) {
    if (Files.exists(folder.resolve(SALT_FILE))) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(RustfsFolder::isRecordFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          if (in.read() == '{') {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      return false; // no folder yet, or none that can be read: opening it says so
    }
  }

  private static boolean isRecordFile(Path file) {
    return file.toString().endsWith(SUFFIX) && Files.isRegularFile(file);
  }

  private byte[] salt() {
    try {
      return DISK.read(folder.resolve(SALT_FILE), Integer.MAX_VALUE);
    } catch (NoSuchFileException e) {
      return new byte[0];
    } catch (IOException e) {
      throw unavailable(folder, e);
    }
  }

  private static KmsException unavailable(Path folder, IOException cause) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the RustFS key folder %s cannot be read (%s); check path and rights"
            .formatted(folder, KeyFolder.why(cause)),
        cause);
  }

  /** Returns the key with a wrapping secret of its own, as an import keeps it. */
  static KeyRecord withOwnWrapSecret(KeyRecord key) {
    KeyVersion only = key.current();
    return new KeyRecord(
        key.metadata(),
        key.stateBeforeDeletion(),
        List.of(KeyVersion.of(only.id().number(), only.material(), only.createdAt())));
  }

  @Override
  public Capabilities capabilities() {
    return NOTHING;
  }

  @Override
  public Optional<KeyRecord> find(String keyId) {
    KeyRecord known = read.get(keyId);
    if (known != null) {
      return Optional.of(known);
    }
    if (!isOnePathComponent(keyId)) {
      return Optional.empty();
    }
    return calls.call(() -> readNow(keyId));
  }

  @Override
  public boolean remembers(String keyId) {
    return read.containsKey(keyId);
  }

  private Optional<KeyRecord> readNow(String keyId) {
    try {
      byte[] content = DISK.read(folder.resolve(keyId + SUFFIX), Integer.MAX_VALUE);
      KeyRecord found = RustfsRecord.read(keyId, content, material);
      read.put(keyId, found);
      return Optional.of(found);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NotAFileException e) {
      throw RecordFile.corrupt(keyId, e.what(), e);
    } catch (IOException e) {
      idsNow(); // unless the whole folder cannot be read
      throw RecordFile.unreadable(keyId, keyId + SUFFIX, e);
    }
  }

  private static boolean isOnePathComponent(String id) {
    return !id.isEmpty()
        && !id.equals(".")
        && !id.equals("..")
        && id.chars().noneMatch(c -> c == '/' || c == '\\' || c == 0);
  }

  @Override
  public NavigableSet<String> ids() {
    return calls.call(this::idsNow);
  }

  private NavigableSet<String> idsNow() {
    try (Stream<Path> files = Files.list(folder)) {
      NavigableSet<String> ids = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX) && name.length() > SUFFIX.length())
          .forEach(name -> ids.add(name.substring(0, name.length() - SUFFIX.length())));
      return ids;
    } catch (IOException e) {
      throw unavailable(folder, e);
    }
  }

  @Override
  public boolean create(KeyRecord record) {
    throw readOnly(record.metadata().keyId());
  }

  @Override
  public KeyRecord update(String keyId, UnaryOperator<KeyRecord> change) {
    throw readOnly(keyId);
  }

  @Override
  public KeyRecord destroy(String keyId, UnaryOperator<KeyRecord> allowed) {
    throw readOnly(keyId);
  }

  private KmsException readOnly(String keyId) {
    return KmsException.of(
        ErrorKind.UNSUPPORTED_CAPABILITY,
        "key \"%s\": %s is a key folder of RustFS, which is read and never changed. Import it into a folder of its own with LocalKeyFolder.importRustfs"
            .formatted(keyId, folder));
  }

  @Override
  public void check() {
    ids();
  }

  @Override
  public void close() {
    read.clear();
    calls.close();
    material.close();
  }
}
