package io.claviger.config;

import io.claviger.kms.BackendFields;
import io.claviger.kms.SecretBytes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the local key folder. Immutable; {@code toString} shows no secret.
 *
 * @param keyDir the folder, absolute
 * @param masterKey the passphrase, UTF-8; null only with {@code allowInsecureDevDefaults}
 * @param filePermissions mode bits of the files, for instance 0600
 * @param create whether a folder without keys becomes a new key folder
 */
public record LocalConfig(
    Path keyDir, @Nullable SecretBytes masterKey, int filePermissions, boolean create)
    implements BackendConfig {
  /** Name of this backend type. */
  public static final String TYPE = "Local";

  /** Read and written by their owner only. */
  public static final int DEFAULT_FILE_PERMISSIONS = 0600;

  static final String KEY_DIR = "key_dir";
  static final String MASTER_KEY = "master_key";
  static final String MASTER_KEY_FILE = "master_key_file";
  static final String FILE_PERMISSIONS = "file_permissions";
  static final String CREATE = "create";

  private static final int OTHERS = 0007;

  public LocalConfig {
    Objects.requireNonNull(keyDir, KEY_DIR);
  }

  /** Returns the configuration of {@code keyDir} under {@code passphrase}. */
  public static LocalConfig of(Path keyDir, String passphrase) {
    return new LocalConfig(keyDir, Secrets.of(passphrase), DEFAULT_FILE_PERMISSIONS, true);
  }

  /** Returns this with other mode bits of the files, for instance 0640. */
  public LocalConfig withFilePermissions(int modeBits) {
    return new LocalConfig(keyDir, masterKey, modeBits, create);
  }

  /**
   * Returns this for a folder that must be there already: a volume that is not mounted is an error
   * then, not a new and empty key folder.
   */
  public LocalConfig withoutCreating() {
    return new LocalConfig(keyDir, masterKey, filePermissions, false);
  }

  /** Reads what {@link #toMapWithSecrets} returned, or the fields of the admin request. */
  public static LocalConfig from(BackendFields fields) {
    return read(fields);
  }

  static LocalConfig read(BackendFields fields) {
    return new LocalConfig(
        fields.requirePath(KEY_DIR),
        fields.secret(MASTER_KEY, MASTER_KEY_FILE),
        permissions(fields),
        fields.flag(CREATE, true));
  }

  /** A JSON number is the bits themselves, as RustFS writes them; a text is octal. */
  private static int permissions(BackendFields fields) {
    if (fields.isNumber(FILE_PERMISSIONS)) {
      return fields.number(FILE_PERMISSIONS, DEFAULT_FILE_PERMISSIONS);
    }
    String text = fields.text(FILE_PERMISSIONS);
    try {
      return text == null
          ? DEFAULT_FILE_PERMISSIONS
          : Integer.parseInt(text.strip().replaceFirst("^0o", ""), 8);
    } catch (NumberFormatException e) {
      throw ConfigErrors.invalid(
          FILE_PERMISSIONS, "is \"%s\". Use an octal number such as 0600.".formatted(text), e);
    }
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public Map<String, Object> toMap() {
    return fields(false);
  }

  @Override
  public Map<String, Object> toMapWithSecrets() {
    return fields(true);
  }

  private Map<String, Object> fields(boolean withSecrets) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(KEY_DIR, keyDir.toString());
    if (masterKey != null) {
      all.put(MASTER_KEY, Secrets.shown(masterKey, withSecrets));
    }
    all.put(FILE_PERMISSIONS, filePermissions);
    if (!create) {
      all.put(CREATE, false);
    }
    return all;
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    if (!keyDir.isAbsolute()) {
      throw ConfigErrors.invalid(
          KEY_DIR, "is \"%s\", a relative path. Use an absolute one.".formatted(keyDir));
    }
    if (keyDir.normalize().getNameCount() == 0) {
      throw ConfigErrors.invalid(
          KEY_DIR,
          "is \"%s\", the root of all files. Use a folder for keys alone.".formatted(keyDir));
    }
    if ((filePermissions & 0600) != 0600 || (filePermissions & ~0777) != 0) {
      throw ConfigErrors.invalid(
          FILE_PERMISSIONS,
          "is %04o. The owner must read and write; use 0600 or 0640.".formatted(filePermissions));
    }
    if (allowInsecureDevDefaults) {
      return;
    }
    if ((filePermissions & OTHERS) != 0) {
      throw ConfigErrors.invalid(
          FILE_PERMISSIONS,
          "is %04o, which lets everyone on this machine in. Use 0600 or 0640."
              .formatted(filePermissions));
    }
    if (Secrets.isMissing(masterKey)) {
      throw ConfigErrors.invalid(
          MASTER_KEY,
          "is missing. Set a passphrase, or allow_insecure_dev_defaults=true for a test.");
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().normalize();
    if (keyDir.normalize().startsWith(temporary)) {
      throw ConfigErrors.invalid(
          KEY_DIR,
          "is \"%s\", inside the temporary folder, where keys get lost. Use another folder, or allow_insecure_dev_defaults=true for a test."
              .formatted(keyDir));
    }
  }
}
