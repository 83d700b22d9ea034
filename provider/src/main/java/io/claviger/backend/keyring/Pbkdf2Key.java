package io.claviger.backend.keyring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.engine.RawCiphers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2), for processes without BouncyCastle: 600,000
 * iterations for new ones. It costs a guesser no memory, so that hardware made for guessing is some
 * thousand times cheaper than under Argon2id: use it for long random passphrases.
 */
public record Pbkdf2Key(byte[] salt, int iterations) implements PassphraseKey {
  static final String KDF = "pbkdf2-hmac-sha256";

  private static final int ITERATIONS = 600_000;
  private static final int LEAST_ITERATIONS = 10_000;
  private static final int MOST_ITERATIONS = 100_000_000;

  static Pbkdf2Key usual(byte[] salt) {
    return new Pbkdf2Key(salt, ITERATIONS);
  }

  static @Nullable PassphraseKey read(JsonNode json, byte[] salt) {
    int iterations = json.path("iterations").asInt();
    boolean good = LEAST_ITERATIONS <= iterations && iterations <= MOST_ITERATIONS;
    return good ? new Pbkdf2Key(salt, iterations) : null;
  }

  @Override
  public void write(ObjectNode json) {
    json.put("kdf", KDF).put("iterations", iterations).put("salt", salt);
  }

  /** One block: the key is as long as the hash. */
  @Override
  public byte[] derive(byte[] passphrase) {
    Mac mac = RawCiphers.mac("HmacSHA256", passphrase);
    mac.update(salt);
    byte[] block = mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(1).array());
    byte[] key = block.clone();
    for (int i = 1; i < iterations; i++) {
      block = mac.doFinal(block);
      for (int at = 0; at < KEY_BYTES; at++) {
        key[at] ^= block[at];
      }
    }
    Arrays.fill(block, (byte) 0);
    return key;
  }
}
