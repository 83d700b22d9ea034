package io.claviger.backend.vault;

import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;

/** The seal of a Transit key, {@code claviger-root} by default, which never leaves Vault. */
final class TransitSeal implements RecordSeal {
  private final TransitEngine transit;
  private final String rootKey;
  private final String mount;

  TransitSeal(TransitEngine transit, String mount, String rootKey) {
    this.transit = transit;
    this.mount = mount;
    this.rootKey = rootKey;
  }

  @Override
  public String name() {
    return "transit";
  }

  @Override
  public String seal(byte[] plain, byte[] context, String subject) {
    try {
      return transit.encrypt(rootKey, plain, context, subject);
    } catch (KmsException e) {
      throw e.kind() == ErrorKind.KEY_NOT_FOUND ? noRootKey(subject, e) : e;
    }
  }

  @Override
  public byte[] open(String sealed, byte[] context, String subject) {
    try {
      return transit.decrypt(rootKey, sealed, context, subject);
    } catch (KmsException e) {
      throw e.kind() == ErrorKind.KEY_NOT_FOUND ? noRootKey(subject, e) : e;
    }
  }

  private KmsException noRootKey(String subject, KmsException cause) {
    return ConfigurationException.ofField(
        "root_key_name",
        "names no key (%s): there is no Transit key \"%s\" to seal key material. Make it (vault write -f %s/keys/%s type=%s), or set root_key_name and mount_path"
            .formatted(subject, rootKey, mount, rootKey, TransitKeyType.AES_256.wireName()),
        cause);
  }
}
