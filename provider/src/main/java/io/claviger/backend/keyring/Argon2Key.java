package io.claviger.backend.keyring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.kms.ConfigurationException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id (RFC 9106, version 0x13): 19 MiB, 2 passes, 1 lane for new ones, up to a limit for what
 * a file says. The only user of BouncyCastle, which may be missing.
 */
public record Argon2Key(byte[] salt, int memoryKib, int passes, int lanes)
    implements PassphraseKey {
  static final String KDF = "argon2id";

  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int LEAST_MEMORY_KIB = 8;
  private static final int MOST_MEMORY_KIB = 1 << 20;
  private static final int MOST_PASSES = 100;
  private static final int MOST_LANES = 16;

  /** Returns the usual cost with a salt; RustFS's key folders use the same. */
  public static Argon2Key usual(byte[] salt) {
    return new Argon2Key(salt, MEMORY_KIB, PASSES, LANES);
  }

  static @Nullable PassphraseKey read(JsonNode json, byte[] salt) {
    Argon2Key read =
        new Argon2Key(
            salt,
            json.path("memory_kib").asInt(),
            json.path("passes").asInt(),
            json.path("lanes").asInt());
    boolean good =
        between(LEAST_MEMORY_KIB, read.memoryKib, MOST_MEMORY_KIB)
            && between(1, read.passes, MOST_PASSES)
            && between(1, read.lanes, MOST_LANES);
    return good ? read : null;
  }

  private static boolean between(int least, int value, int most) {
    return least <= value && value <= most;
  }

  @Override
  public void write(ObjectNode json) {
    json.put("kdf", KDF)
        .put("memory_kib", memoryKib)
        .put("passes", passes)
        .put("lanes", lanes)
        .put("salt", salt);
  }

  @Override
  public byte[] derive(byte[] passphrase) {
    try {
      return argon2(passphrase);
    } catch (NoClassDefFoundError e) {
      throw ConfigurationException.ofField(
          "passphrase_kdf",
          "of what is to be opened or made is argon2id, which needs BouncyCastle (org.bouncycastle:bcprov-jdk18on, not bc-fips) on the class path. Add it, or make new key folders and bundles with -D%s=pbkdf2"
              .formatted(PROPERTY),
          e);
    }
  }

  private byte[] argon2(byte[] passphrase) {
    Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
    argon2.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] key = new byte[KEY_BYTES];
    argon2.generateBytes(passphrase, key);
    return key;
  }
}
