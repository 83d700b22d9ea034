package io.claviger.config;

import java.util.Arrays;

/** What seals key material before it is stored in Vault's KV engine. */
public enum MaterialSealing {
  /** A key of Vault's Transit engine, which never leaves Vault. */
  TRANSIT("transit"),
  /** A passphrase of this process. */
  MASTER_KEY("master-key"),
  /**
   * Nothing: records are read and written as RustFS does, raw material in base64. Any client that
   * can read Vault's KV engine has the keys.
   */
  INSECURE_RUSTFS_COMPATIBLE("insecure-rustfs-compatible");

  private final String wireName;

  MaterialSealing(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name in configurations. */
  public String wireName() {
    return wireName;
  }

  static MaterialSealing of(String field, String name) {
    for (MaterialSealing sealing : values()) {
      if (sealing.wireName.equals(name)) {
        return sealing;
      }
    }
    throw ConfigErrors.invalid(
        field,
        "is \"%s\". Use one of %s."
            .formatted(name, Arrays.stream(values()).map(MaterialSealing::wireName).toList()));
  }
}
