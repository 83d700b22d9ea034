package io.claviger.kms;

/** Kind of a data key. */
public enum KeySpec {
  AES_256("AES_256", 32, "AES"),
  AES_128("AES_128", 16, "AES"),
  CHACHA20("ChaCha20", 32, "ChaCha20");

  private final String wireName;
  private final int keyBytes;
  private final String jcaAlgorithm;

  KeySpec(String wireName, int keyBytes, String jcaAlgorithm) {
    this.wireName = wireName;
    this.keyBytes = keyBytes;
    this.jcaAlgorithm = jcaAlgorithm;
  }

  /** Returns the name used in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Returns the key length in bytes. */
  public int keyBytes() {
    return keyBytes;
  }

  /** Returns the JCA standard algorithm name of keys of this kind. */
  public String jcaAlgorithm() {
    return jcaAlgorithm;
  }
}
