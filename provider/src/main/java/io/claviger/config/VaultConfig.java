package io.claviger.config;

import io.claviger.kms.BackendFields;
import io.claviger.kms.SecretBytes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of keys in Vault's KV version 2 engine. Immutable; {@code toString} shows no
 * secret.
 *
 * @param connection where Vault is and who this process is
 * @param mountPath mount of the Transit engine that seals key material
 * @param kvMount mount of the KV engine
 * @param keyPathPrefix path in front of the key ids
 * @param materialSealing what seals key material before it is stored
 * @param rootKeyName the Transit key that seals it
 * @param masterKey the passphrase, with {@link MaterialSealing#MASTER_KEY} only
 */
public record VaultConfig(
    VaultConnection connection,
    String mountPath,
    String kvMount,
    String keyPathPrefix,
    MaterialSealing materialSealing,
    String rootKeyName,
    @Nullable SecretBytes masterKey)
    implements BackendConfig {
  /** Name of this backend type. */
  public static final String TYPE = "VaultKV2";

  public static final String DEFAULT_MOUNT_PATH = "transit";
  public static final String DEFAULT_KV_MOUNT = "secret";
  public static final String DEFAULT_KEY_PATH_PREFIX = "rustfs/kms/keys";
  public static final String DEFAULT_ROOT_KEY_NAME = "claviger-root";

  static final String MOUNT_PATH = "mount_path";
  static final String KV_MOUNT = "kv_mount";
  static final String KEY_PATH_PREFIX = "key_path_prefix";
  static final String MATERIAL_SEALING = "material_sealing";
  static final String ROOT_KEY_NAME = "root_key_name";

  /** Returns the defaults over {@code connection}: material sealed by Transit. */
  public static VaultConfig of(VaultConnection connection) {
    return new VaultConfig(
        connection,
        DEFAULT_MOUNT_PATH,
        DEFAULT_KV_MOUNT,
        DEFAULT_KEY_PATH_PREFIX,
        MaterialSealing.TRANSIT,
        DEFAULT_ROOT_KEY_NAME,
        null);
  }

  /** Returns this with other places in Vault. */
  public VaultConfig withPlaces(String transitMount, String kv, String prefix) {
    return new VaultConfig(
        connection, transitMount, kv, prefix, materialSealing, rootKeyName, masterKey);
  }

  /** Returns this with material sealed under a passphrase of this process. */
  public VaultConfig sealedByMasterKey(String passphrase) {
    return new VaultConfig(
        connection,
        mountPath,
        kvMount,
        keyPathPrefix,
        MaterialSealing.MASTER_KEY,
        rootKeyName,
        Secrets.of(passphrase));
  }

  /** Returns this reading and writing raw material as RustFS does. */
  public VaultConfig insecureRustfsCompatible() {
    return new VaultConfig(
        connection,
        mountPath,
        kvMount,
        keyPathPrefix,
        MaterialSealing.INSECURE_RUSTFS_COMPATIBLE,
        rootKeyName,
        null);
  }

  /** Reads what {@link #toMapWithSecrets} returned, or the fields of the admin request. */
  public static VaultConfig from(BackendFields fields) {
    return read(fields);
  }

  static VaultConfig read(BackendFields fields) {
    return new VaultConfig(
        VaultConnection.read(fields),
        fields.text(MOUNT_PATH, DEFAULT_MOUNT_PATH),
        fields.text(KV_MOUNT, DEFAULT_KV_MOUNT),
        fields.text(KEY_PATH_PREFIX, DEFAULT_KEY_PATH_PREFIX),
        MaterialSealing.of(
            MATERIAL_SEALING, fields.text(MATERIAL_SEALING, MaterialSealing.TRANSIT.wireName())),
        fields.text(ROOT_KEY_NAME, DEFAULT_ROOT_KEY_NAME),
        fields.secret(LocalConfig.MASTER_KEY, LocalConfig.MASTER_KEY_FILE));
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
    connection.write(all, withSecrets);
    all.put(MOUNT_PATH, mountPath);
    all.put(KV_MOUNT, kvMount);
    all.put(KEY_PATH_PREFIX, keyPathPrefix);
    all.put(MATERIAL_SEALING, materialSealing.wireName());
    all.put(ROOT_KEY_NAME, rootKeyName);
    if (masterKey != null) {
      all.put(LocalConfig.MASTER_KEY, Secrets.shown(masterKey, withSecrets));
    }
    return all;
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    connection.validate(allowInsecureDevDefaults);
    ConfigErrors.requireText(MOUNT_PATH, mountPath);
    ConfigErrors.requireText(KV_MOUNT, kvMount);
    ConfigErrors.requireText(KEY_PATH_PREFIX, keyPathPrefix);
    ConfigErrors.requireText(ROOT_KEY_NAME, rootKeyName);
    boolean needsMasterKey = materialSealing == MaterialSealing.MASTER_KEY;
    if (needsMasterKey == Secrets.isMissing(masterKey)) {
      throw ConfigErrors.invalid(
          LocalConfig.MASTER_KEY,
          needsMasterKey
              ? "is missing, but material_sealing is master-key. Set a passphrase."
              : "is set, but material_sealing is %s. Remove one of them."
                  .formatted(materialSealing.wireName()));
    }
  }
}
