package io.claviger.backend.keyring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.engine.AesGcm;
import io.claviger.format.CanonicalContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A data key envelope as RustFS writes it, its {@code ciphertext_blob}: JSON with the wrapped key
 * and its IV as arrays of integers. Read only.
 *
 * <p>RustFS authenticates the context only where {@code context_binding} is 1, and for Static keys;
 * elsewhere the context that stands beside the key is compared with the caller's, no more.
 * Immutable.
 *
 * @param masterKeyId the master key that it names
 * @param masterKeyVersion its version, 1 where the envelope says none
 * @param keyBytes length of the data key
 * @param encryptedKey ciphertext and tag, or Transit's text
 * @param iv 12 bytes, or none with Transit
 * @param context canonical bytes of the context that stands in it
 * @param bound whether the context is associated data
 */
public record RustfsEnvelope(
    String masterKeyId,
    int masterKeyVersion,
    int keyBytes,
    byte[] encryptedKey,
    byte[] iv,
    byte[] context,
    boolean bound) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final List<String> BASE_FIELDS =
      List.of(
          "key_id",
          "master_key_id",
          "key_spec",
          "encrypted_key",
          "nonce",
          "encryption_context",
          "created_at");
  private static final Map<String, Integer> KEY_BYTES =
      Map.of("AES_256", 32, "AES_128", 16, "ChaCha20", 32);
  private static final byte[] NO_CONTEXT = new byte[0];

  /**
   * Reads an envelope; empty if {@code blob} is something else.
   *
   * @throws IllegalArgumentException if it is one, but not of a form that this version reads
   */
  public static Optional<RustfsEnvelope> read(byte[] blob) {
    if (blob.length == 0 || blob[0] != '{') {
      return Optional.empty();
    }
    JsonNode json;
    try {
      json = JSON.readTree(blob);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("internal error: an array was not readable", e);
    }
    if (json == null || !BASE_FIELDS.stream().allMatch(json::has)) {
      return Optional.empty();
    }
    Integer keyBytes = KEY_BYTES.get(json.get("key_spec").asText());
    int binding = json.path("context_binding").asInt(0);
    if (keyBytes == null || binding < 0 || binding > 1) {
      throw new IllegalArgumentException("its key_spec or context_binding is unknown");
    }
    return Optional.of(
        new RustfsEnvelope(
            json.get("master_key_id").asText(),
            json.path("master_key_version").asInt(1),
            keyBytes,
            bytes(json.get("encrypted_key")),
            bytes(json.get("nonce")),
            CanonicalContext.encode(context(json.get("encryption_context"))),
            binding == 1));
  }

  /**
   * Returns the data key, or null if the envelope is not authentic or its context is not {@code
   * asked}.
   *
   * @param alwaysBound whether the context is associated data whatever the envelope says
   */
  byte @Nullable [] open(byte[] masterKey, byte[] asked, boolean alwaysBound) {
    if (iv.length != AesGcm.IV_BYTES
        || encryptedKey.length != keyBytes + AesGcm.TAG_BYTES
        || !java.security.MessageDigest.isEqual(context, asked)) {
      return null;
    }
    byte[] plain = new byte[keyBytes];
    byte[] aad = bound || alwaysBound ? context : NO_CONTEXT;
    int opened =
        new AesGcm(masterKey).open(iv, 0, aad, encryptedKey, 0, encryptedKey.length, plain, 0);
    return opened < 0 ? null : plain;
  }

  private static Map<String, String> context(JsonNode object) {
    Map<String, String> entries = new HashMap<>();
    object
        .fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isTextual()) {
                throw new IllegalArgumentException("its encryption_context holds no text");
              }
              entries.put(field.getKey(), field.getValue().asText());
            });
    return entries;
  }

  private static byte[] bytes(JsonNode array) {
    byte[] bytes = new byte[array.size()];
    for (int i = 0; i < bytes.length; i++) {
      JsonNode value = array.get(i);
      if (value == null || !value.isIntegralNumber() || value.asInt() < 0 || value.asInt() > 255) {
        throw new IllegalArgumentException("its bytes are not integers from 0 to 255");
      }
      bytes[i] = (byte) value.asInt();
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RustfsEnvelope that
        && masterKeyId.equals(that.masterKeyId)
        && java.util.Arrays.equals(encryptedKey, that.encryptedKey);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(encryptedKey);
  }

  @Override
  public String toString() {
    return "RustfsEnvelope[%s]".formatted(masterKeyId);
  }
}
