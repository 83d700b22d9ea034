package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.keyring.RecordStore;
import io.claviger.config.LocalConfig;
import io.claviger.kms.BackendFields;
import io.claviger.kms.BackendSettings;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsBackendFactory;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the local backend: fields {@code key_dir}, {@code master_key}, {@code file_permissions},
 * {@code create}. Opening takes one Argon2id computation, no lock, and writes nothing; a folder
 * that does not exist is created unless {@code create} is false.
 */
public final class LocalBackendFactory implements KmsBackendFactory {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBackendFactory.class);

  /** For {@code ServiceLoader}. */
  public LocalBackendFactory() {}

  @Override
  public Set<String> typeNames() {
    return Set.of("Local", "local");
  }

  @Override
  public KmsBackend create(BackendFields config, BackendSettings settings) {
    LocalConfig local = LocalConfig.from(config);
    return new KeyringBackend(store(local, settings), settings);
  }

  private static RecordStore store(LocalConfig local, BackendSettings settings) {
    KeyFolder files = files(local);
    TimedCalls calls = new TimedCalls(files, settings.timeout());
    try {
      if (!calls.call(() -> !isOurs(files) && RustfsFolder.is(local.keyDir()))) {
        return store(
            openFolder(files, calls, local, settings.allowInsecureDevDefaults()), settings);
      }
      LOG.warn(
          "{} is a key folder of RustFS: its keys are used as they are and never changed; LocalKeyFolder.importRustfs makes keys of Claviger",
          local.keyDir());
      SecretBytes given = local.masterKey();
      SecretBytes masterKey = given == null ? SecretBytes.copyOf(new byte[0]) : given;
      return calls.call(() -> new RustfsFolder(local.keyDir(), masterKey, calls));
    } catch (RuntimeException | Error e) {
      calls.close();
      throw e;
    }
  }

  static FileRecordStore store(OpenFolder folder, BackendSettings settings) {
    Duration attributeCache = folder.calls.call(folder.files::attributeCache);
    return new FileRecordStore(folder, settings.timeout(), attributeCache);
  }

  /** Our own files decide before anything else that is in the folder. */
  private static boolean isOurs(KeyFolder files) {
    return files.exists(KeyFolder.MANIFEST) || files.holdsKeys();
  }

  private static KeyFolder files(LocalConfig local) {
    return new KeyFolder(local.keyDir(), local.filePermissions(), new Disk());
  }

  static OpenFolder openFolder(LocalConfig local, boolean allowInsecure, Duration timeout) {
    KeyFolder files = files(local);
    return openFolder(files, new TimedCalls(files, timeout), local, allowInsecure);
  }

  private static OpenFolder openFolder(
      KeyFolder files, TimedCalls calls, LocalConfig local, boolean allowInsecure) {
    SecretBytes masterKey = local.masterKey();
    return openFolder(
        files,
        calls,
        masterKey == null ? new byte[0] : masterKey.toByteArray(),
        local.create(),
        allowInsecure);
  }

  /** Opens a folder, or makes it; {@code passphrase} is adopted. */
  static OpenFolder openFolder(
      KeyFolder files, TimedCalls calls, byte[] passphrase, boolean create, boolean allowInsecure) {
    try {
      return calls.callForLong( // Argon2id computes
          () -> {
            makeUnlessThere(files, passphrase, create, allowInsecure, calls.timeout());
            return OpenFolder.open(files, calls, passphrase, System::nanoTime);
          });
    } catch (RuntimeException | Error e) {
      calls.close();
      throw e;
    }
  }

  private static void makeUnlessThere(
      KeyFolder files, byte[] passphrase, boolean create, boolean allowInsecure, Duration timeout) {
    if (!files.exists(KeyFolder.MANIFEST)) {
      requireNoLoss(files);
      if (RustfsFolder.is(files.path())) {
        throw ConfigurationException.ofField(
            "key_dir",
            "names %s, a key folder of RustFS, which is never changed. Open another folder and import this one with LocalKeyFolder.importRustfs"
                .formatted(files),
            null);
      }
      if (!create) {
        throw ConfigurationException.ofField(
            "key_dir",
            "names an empty place: there are no keys in %s, and create=false forbids to make a new key folder. Is the volume mounted?"
                .formatted(files),
            null);
      }
      files.make();
      files.requireSafe(allowInsecure);
      new FolderLock(files, timeout).locked(() -> createUnlessThere(files, passphrase));
    } else {
      files.requireSafe(allowInsecure);
    }
  }

  private static boolean createUnlessThere(KeyFolder files, byte[] passphrase) {
    requireNoLoss(files);
    if (files.exists(KeyFolder.MANIFEST)) {
      return false;
    }
    OpenFolder.create(files, passphrase);
    return true;
  }

  /** A folder with records but without manifest is no new one. */
  private static void requireNoLoss(KeyFolder files) {
    if (files.holdsKeys() && !files.exists(KeyFolder.MANIFEST)) {
      throw Trouble.damaged(files, "is missing");
    }
  }

  /** Makes the manifest of a folder again. */
  static LocalKeyFolder.Rebuilt rebuild(Path path, SecretBytes passphrase) {
    if (!Files.isDirectory(path)) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST, "there is no folder %s; check the path".formatted(path));
    }
    KeyFolder files = new KeyFolder(path, KeyFolder.modeOf(path), new Disk());
    byte[] secret = passphrase.toByteArray();
    try {
      LocalKeyFolder.Rebuilt done =
          TimedCalls.callUninterrupted(
              () ->
                  new FolderLock(files, BackendSettings.DEFAULT.timeout())
                      .locked(() -> new Rebuild(files, secret).run()),
              files);
      LOG.warn(
          "key folder {} was rebuilt: keys {}; of changes that were cut off {}; set aside {}; unreadable {}; to be looked at {}",
          path,
          done.states(),
          done.unfinished(),
          done.setAside(),
          done.unreadable(),
          done.notes());
      return done;
    } finally {
      java.util.Arrays.fill(secret, (byte) 0);
    }
  }
}
