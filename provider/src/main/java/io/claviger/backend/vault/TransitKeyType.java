package io.claviger.backend.vault;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyUsage;
import io.claviger.kms.KmsException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The types of Transit's keys that are used here; all others are left to their owners. */
public enum TransitKeyType {
  AES_256("aes256-gcm96", KeyUsage.ENCRYPT_DECRYPT, 256, 256),
  AES_128("aes128-gcm96", KeyUsage.ENCRYPT_DECRYPT, 128, 128),
  /** Only this one has a {@code key_size}, in bytes. */
  HMAC("hmac", KeyUsage.SIGN_VERIFY, 256, 4096);

  private final String wireName;
  private final KeyUsage usage;
  private final int leastBits;
  private final int mostBits;

  TransitKeyType(String wireName, KeyUsage usage, int leastBits, int mostBits) {
    this.wireName = wireName;
    this.usage = usage;
    this.leastBits = leastBits;
    this.mostBits = mostBits;
  }

  /** Returns Transit's name of this type. */
  public String wireName() {
    return wireName;
  }

  /** Returns what keys of this type are for where nothing else is stored. */
  public KeyUsage usage() {
    return usage;
  }

  int bits(int keySizeBytes) {
    return this == HMAC && keySizeBytes > 0 ? Byte.SIZE * keySizeBytes : leastBits;
  }

  static Optional<TransitKeyType> named(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }

  /** Returns the names of all types, for messages. */
  public static String names() {
    return Arrays.stream(values()).map(TransitKeyType::wireName).collect(Collectors.joining(", "));
  }

  /**
   * Returns the type of a new key.
   *
   * @throws KmsException UNSUPPORTED_CAPABILITY for a length that Transit does not have
   */
  public static TransitKeyType of(String keyId, KeyUsage usage, int bits) {
    return Arrays.stream(values())
        .filter(type -> type.usage == usage && type.leastBits <= bits && bits <= type.mostBits)
        .findFirst()
        .orElseThrow(
            () ->
                KmsException.of(
                    ErrorKind.UNSUPPORTED_CAPABILITY,
                    "key \"%s\" of %d bits for %s: Transit has AES keys of 128 and 256 bits and MAC keys of 256 to 4,096 bits. Ask for one of these"
                        .formatted(keyId, bits, usage.wireName())));
  }
}
