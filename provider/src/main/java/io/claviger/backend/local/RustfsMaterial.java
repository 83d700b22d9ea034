package io.claviger.backend.local;

import io.claviger.backend.keyring.Argon2Key;
import io.claviger.engine.AesGcm;
import io.claviger.kms.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How RustFS protects key material at rest: AES-256-GCM without associated data, under Argon2id of
 * the master key, or in old folders under one SHA-256 of it.
 */
final class RustfsMaterial implements AutoCloseable {
  static final int KEY_BYTES = 32;
  private static final byte[] LEGACY_SUFFIX =
      "rustfs-kms-local".getBytes(StandardCharsets.US_ASCII);

  private final boolean hasMasterKey;
  private final byte @Nullable [] argon2Key;
  private final byte[] legacyKey;

  RustfsMaterial(SecretBytes masterKey, byte[] salt) {
    this.hasMasterKey = masterKey.length() > 0;
    byte[] secret = masterKey.toByteArray();
    try {
      this.argon2Key = salt.length == 0 ? null : Argon2Key.usual(salt).derive(secret);
      this.legacyKey = sha256(secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] sha256(byte[] secret) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      return digest.digest(LEGACY_SUFFIX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }

  /**
   * Returns the material of a record, or null if nothing that {@code protection} allows opens it.
   *
   * @param protection the record's marker; {@code legacy-unspecified} where it has none
   * @throws IllegalArgumentException if the marker is unknown, or says that the material is not
   *     encrypted though there is a master key
   */
  byte @Nullable [] open(String protection, byte[] stored, byte[] nonce) {
    return switch (protection) {
      case "encrypted-master-key" -> open(keys(false), stored, nonce);
      case "plaintext-dev-only" -> plain(stored, nonce);
      case "legacy-unspecified" ->
          nonce.length == 0 ? plain(stored, nonce) : open(keys(true), stored, nonce);
      default ->
          throw new IllegalArgumentException(
              "its at_rest_protection \"%s\" is unknown".formatted(protection));
    };
  }

  private List<byte[]> keys(boolean alsoLegacy) {
    List<byte[]> keys = new ArrayList<>();
    if (argon2Key != null) {
      keys.add(argon2Key);
    }
    if (alsoLegacy) {
      keys.add(legacyKey);
    }
    return keys;
  }

  private static byte @Nullable [] open(List<byte[]> keys, byte[] stored, byte[] nonce) {
    if (nonce.length != AesGcm.IV_BYTES || stored.length != KEY_BYTES + AesGcm.TAG_BYTES) {
      return null;
    }
    for (byte[] key : keys) {
      byte[] plain = new byte[KEY_BYTES];
      if (new AesGcm(key).open(nonce, 0, new byte[0], stored, 0, stored.length, plain, 0) >= 0) {
        return plain;
      }
    }
    return null;
  }

  private byte @Nullable [] plain(byte[] stored, byte[] nonce) {
    if (hasMasterKey) {
      throw new IllegalArgumentException(
          "its material is not encrypted, as in RustFS's development mode, though a master key was given");
    }
    return nonce.length == 0 && stored.length == KEY_BYTES ? stored : null;
  }

  @Override
  public void close() {
    if (argon2Key != null) {
      Arrays.fill(argon2Key, (byte) 0);
    }
    Arrays.fill(legacyKey, (byte) 0);
  }
}
