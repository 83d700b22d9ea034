package io.claviger.backend.keyring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.engine.Entropy;
import java.io.IOException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * The key of a passphrase by Argon2id (RFC 9106, version 0x13), and its salt and cost in JSON. Cost
 * of new ones: 19 MiB, 2 passes, 1 lane; what a file says is honoured up to a limit.
 */
public record PassphraseKey(byte[] salt, int memoryKib, int passes, int lanes) {
  /** Length of the derived key. */
  public static final int KEY_BYTES = 32;

  private static final int SALT_BYTES = 16;
  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int LEAST_MEMORY_KIB = 8;
  private static final int MOST_MEMORY_KIB = 1 << 20;
  private static final int MOST_PASSES = 100;
  private static final int MOST_LANES = 16;

  /** Returns the usual cost with a fresh salt. */
  public static PassphraseKey fresh() {
    return with(Entropy.bytes(SALT_BYTES));
  }

  /** Returns the usual cost with a salt; RustFS's key folders use the same. */
  public static PassphraseKey with(byte[] salt) {
    return new PassphraseKey(salt, MEMORY_KIB, PASSES, LANES);
  }

  /** Returns what stands in {@code json}, or null if this version does not read it. */
  public static @Nullable PassphraseKey read(JsonNode json) throws IOException {
    byte[] salt = json.path("salt").binaryValue();
    PassphraseKey read =
        new PassphraseKey(
            salt == null ? new byte[0] : salt,
            json.path("memory_kib").asInt(),
            json.path("passes").asInt(),
            json.path("lanes").asInt());
    boolean good =
        json.path("kdf").asText().equals("argon2id")
            && read.salt.length >= SALT_BYTES
            && between(LEAST_MEMORY_KIB, read.memoryKib, MOST_MEMORY_KIB)
            && between(1, read.passes, MOST_PASSES)
            && between(1, read.lanes, MOST_LANES);
    return good ? read : null;
  }

  private static boolean between(int least, int value, int most) {
    return least <= value && value <= most;
  }

  /** Adds salt and cost to {@code json}. */
  public void write(ObjectNode json) {
    json.put("kdf", "argon2id")
        .put("memory_kib", memoryKib)
        .put("passes", passes)
        .put("lanes", lanes)
        .put("salt", salt);
  }

  /** Returns the 32 bytes, which belong to the caller. Takes some 50 ms by design. */
  public byte[] derive(byte[] passphrase) {
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
