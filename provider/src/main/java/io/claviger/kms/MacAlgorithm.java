package io.claviger.kms;

/** How a backend makes a MAC: HMAC (FIPS 198-1) with a hash function of the SHA-2 family. */
public enum MacAlgorithm {
  HMAC_SHA_256("HmacSHA256", 32),
  HMAC_SHA_384("HmacSHA384", 48),
  HMAC_SHA_512("HmacSHA512", 64);

  private final String jcaName;
  private final int macBytes;

  MacAlgorithm(String jcaName, int macBytes) {
    this.jcaName = jcaName;
    this.macBytes = macBytes;
  }

  /** Returns the JCA's standard name. */
  public String jcaName() {
    return jcaName;
  }

  /** Returns the length of a MAC in bytes. */
  public int macBytes() {
    return macBytes;
  }
}
