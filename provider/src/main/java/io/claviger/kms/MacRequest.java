package io.claviger.kms;

/**
 * Asks a backend for the MAC of a message.
 *
 * @param keyId a SIGN_VERIFY key, which needs to be ENABLED
 * @param version its version from 1, 0 for the current one
 * @param algorithm how
 * @param message at most {@value #MAX_MESSAGE_BYTES} bytes, not copied and not changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MacRequest(String keyId, int version, MacAlgorithm algorithm, byte[] message) {
  /** What Vault takes: a text of 1 MiB in base64. */
  public static final int MAX_MESSAGE_BYTES = 768 * 1024;
}
