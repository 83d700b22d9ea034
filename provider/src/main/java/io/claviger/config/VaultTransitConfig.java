package io.claviger.config;

import io.claviger.kms.BackendFields;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Configuration of keys in Vault's Transit engine, which never leave Vault. Immutable; {@code
 * toString} shows no secret.
 *
 * @param connection where Vault is and who this process is
 * @param mountPath mount of the Transit engine
 * @param metadataKvMount mount of the KV engine that keeps states, dates and tags
 * @param metadataKeyPrefix path in front of the key ids there
 */
public record VaultTransitConfig(
    VaultConnection connection, String mountPath, String metadataKvMount, String metadataKeyPrefix)
    implements BackendConfig {
  /** Name of this backend type. */
  public static final String TYPE = "VaultTransit";

  public static final String DEFAULT_METADATA_KEY_PREFIX = "rustfs/kms/transit-metadata";

  static final String METADATA_KV_MOUNT = "metadata_kv_mount";
  static final String METADATA_KEY_PREFIX = "metadata_key_prefix";

  /** Returns the defaults over {@code connection}. */
  public static VaultTransitConfig of(VaultConnection connection) {
    return new VaultTransitConfig(
        connection,
        VaultConfig.DEFAULT_MOUNT_PATH,
        VaultConfig.DEFAULT_KV_MOUNT,
        DEFAULT_METADATA_KEY_PREFIX);
  }

  /** Returns this with other places in Vault. */
  public VaultTransitConfig withPlaces(String transitMount, String kv, String prefix) {
    return new VaultTransitConfig(connection, transitMount, kv, prefix);
  }

  /** Reads what {@link #toMapWithSecrets} returned, or the fields of the admin request. */
  public static VaultTransitConfig from(BackendFields fields) {
    return read(fields);
  }

  static VaultTransitConfig read(BackendFields fields) {
    return new VaultTransitConfig(
        VaultConnection.read(fields),
        fields.text(VaultConfig.MOUNT_PATH, VaultConfig.DEFAULT_MOUNT_PATH),
        fields.text(METADATA_KV_MOUNT, VaultConfig.DEFAULT_KV_MOUNT),
        fields.text(METADATA_KEY_PREFIX, DEFAULT_METADATA_KEY_PREFIX));
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
    all.put(VaultConfig.MOUNT_PATH, mountPath);
    all.put(METADATA_KV_MOUNT, metadataKvMount);
    all.put(METADATA_KEY_PREFIX, metadataKeyPrefix);
    return all;
  }

  @Override
  public void validate(boolean allowInsecureDevDefaults) {
    connection.validate(allowInsecureDevDefaults);
    ConfigErrors.requireText(VaultConfig.MOUNT_PATH, mountPath);
    ConfigErrors.requireText(METADATA_KV_MOUNT, metadataKvMount);
    ConfigErrors.requireText(METADATA_KEY_PREFIX, metadataKeyPrefix);
  }
}
