package io.claviger.kms;

/** What a key may be used for; enforced on every operation. */
public enum KeyUsage {
  /** Ciphers, wrapping and data keys; no Mac. */
  ENCRYPT_DECRYPT("EncryptDecrypt"),
  /** Mac only; no cipher, no wrapping. */
  SIGN_VERIFY("SignVerify");

  private final String wireName;

  KeyUsage(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name used in JSON. */
  public String wireName() {
    return wireName;
  }
}
