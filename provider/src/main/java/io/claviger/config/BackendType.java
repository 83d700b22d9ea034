package io.claviger.config;

import io.claviger.kms.BackendFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** THE table of the backend types that have typed configurations. */
enum BackendType {
  LOCAL(
      LocalConfig.TYPE,
      Set.of("Local", "local"),
      LocalConfig::read,
      List.of(
          LocalConfig.KEY_DIR,
          LocalConfig.MASTER_KEY,
          LocalConfig.MASTER_KEY_FILE,
          LocalConfig.FILE_PERMISSIONS,
          LocalConfig.CREATE)),
  VAULT_KV2(
      VaultConfig.TYPE,
      Set.of("VaultKV2", "VaultKv2", "Vault", "vault", "vault-kv2", "vault_kv2"),
      VaultConfig::read,
      vault(
          VaultConfig.MOUNT_PATH,
          VaultConfig.KV_MOUNT,
          VaultConfig.KEY_PATH_PREFIX,
          VaultConfig.MATERIAL_SEALING,
          VaultConfig.ROOT_KEY_NAME,
          LocalConfig.MASTER_KEY,
          LocalConfig.MASTER_KEY_FILE)),
  VAULT_TRANSIT(
      VaultTransitConfig.TYPE,
      Set.of("VaultTransit", "vault-transit", "vault_transit"),
      VaultTransitConfig::read,
      vault(
          VaultConfig.MOUNT_PATH,
          VaultTransitConfig.METADATA_KV_MOUNT,
          VaultTransitConfig.METADATA_KEY_PREFIX)),
  STATIC(
      StaticConfig.TYPE,
      Set.of("Static", "static"),
      StaticConfig::read,
      List.of(StaticConfig.KEY_ID, StaticConfig.SECRET_KEY, StaticConfig.SECRET_KEY_FILE)),
  AWS_KMS(
      AwsKmsConfig.TYPE,
      Set.of(AwsKmsConfig.TYPE, "Aws", "aws", "AwsKms", "aws-kms", "aws_kms"),
      AwsKmsConfig::read,
      List.of(
          AwsKmsConfig.REGION,
          AwsKmsConfig.ENDPOINT_URL,
          AwsKmsConfig.PROFILE,
          AwsKmsConfig.ACCESS_KEY_ID,
          AwsKmsConfig.SECRET_ACCESS_KEY,
          AwsKmsConfig.SECRET_ACCESS_KEY_FILE,
          AwsKmsConfig.SESSION_TOKEN,
          AwsKmsConfig.CREDENTIALS_PROVIDER));

  private static final Set<String> OBJECTS = Set.of(AuthFields.OBJECT, TlsConfig.OBJECT);

  private final String canonicalName;
  private final Set<String> spellings;
  private final Function<BackendFields, BackendConfig> read;
  private final List<String> fields;

  BackendType(
      String canonicalName,
      Set<String> spellings,
      Function<BackendFields, BackendConfig> read,
      List<String> fields) {
    this.canonicalName = canonicalName;
    this.spellings = spellings;
    this.read = read;
    this.fields = fields;
  }

  private static List<String> vault(String... own) {
    List<String> all = new ArrayList<>(List.of(own));
    all.addAll(List.of(VaultConnection.ADDRESS, VaultConnection.NAMESPACE));
    all.addAll(AuthFields.FLAT);
    all.addAll(TlsConfig.FLAT);
    all.addAll(List.of(AuthFields.OBJECT, TlsConfig.OBJECT));
    return all;
  }

  /** Whether {@code name} is the spelling that is shown, not another one that is taken too. */
  boolean isNamed(String name) {
    return canonicalName.equals(name);
  }

  /** Returns the type of this spelling; empty for a backend of somebody's own. */
  static Optional<BackendType> of(String spelling) {
    return Arrays.stream(values()).filter(t -> t.spellings.contains(spelling)).findFirst();
  }

  String canonicalName() {
    return canonicalName;
  }

  List<String> fields() {
    return fields;
  }

  /** Whether the backend is in a jar of its own: its settings are known, it may be missing. */
  boolean isInOwnJar() {
    return this == AWS_KMS;
  }

  BackendConfig read(BackendFields own, Set<String> common) {
    TreeSet<String> known = new TreeSet<>(common);
    known.addAll(fields);
    own.refuseOthers(known, "backend_type " + canonicalName);
    return read.apply(own);
  }

  /** Returns the names of all fields that are plain values, those of every type. */
  static Stream<String> flatFields() {
    return Arrays.stream(values())
        .flatMap(t -> t.fields.stream())
        .filter(name -> !OBJECTS.contains(name))
        .distinct()
        .sorted();
  }
}
