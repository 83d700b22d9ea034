package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.PassphraseKey;
import io.claviger.format.CanonicalContext;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the wrapped root key, JSON: it stands in the manifest, and alone in {@code
 * .claviger-root.json}. Nothing else depends on the passphrase.
 */
final class RootFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/local-root/v1");
  private static final String KEY = "root_key";
  private static final String PREVIOUS = "previous_root_key";
  private static final String ID = "_id";
  private static final String GENERATION = "generation";
  private static final int FORMAT = 1;

  private RootFile() {}

  /**
   * Wraps root keys under a passphrase, with a fresh salt. Takes one derivation, slow by design.
   */
  static byte[] encode(RootKeys keys, byte[] passphrase, long generation) {
    return encode(keys, passphrase, generation, PassphraseKey.fresh());
  }

  static byte[] encode(RootKeys keys, byte[] passphrase, long generation, PassphraseKey kdf) {
    byte[] key = kdf.derive(passphrase);
    try {
      ObjectNode json = JSON.createObjectNode().put("format", FORMAT).put(GENERATION, generation);
      kdf.write(json);
      put(json, KEY, keys.current(), key);
      Root previous = keys.previous();
      if (previous != null) {
        put(json, PREVIOUS, previous, key);
      }
      return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static void put(ObjectNode json, String name, Root root, byte[] key) {
    json.put(name + ID, HexFormat.of().toHexDigits(root.id()));
    json.put(name, root.<byte[]>use(plain -> WRAP.wrap(key, plain, boundTo(name, root.id()))));
  }

  /** Returns the generation at which {@code content} was written; 0 if it is damaged. */
  static long generationOf(byte[] content) {
    try {
      return JSON.readTree(content).path(GENERATION).asLong();
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Opens root keys. INVALID_CONFIGURATION if the passphrase does not, CORRUPT_RECORD if {@code
   * content} is damaged.
   *
   * @param where named in messages
   */
  static RootKeys decode(byte[] content, byte[] passphrase, Object where) {
    JsonNode json = parse(content, where);
    PassphraseKey kdf = kdf(json);
    if (json.path("format").asInt() != FORMAT || kdf == null) {
      throw damaged(where, "names a format or cost that this version does not read", null);
    }
    byte[] key = kdf.derive(passphrase);
    try {
      Root current = read(json, KEY, key);
      return new RootKeys(current, json.has(PREVIOUS) ? read(json, PREVIOUS, key) : null);
    } catch (FormatException e) {
      throw ConfigurationException.ofField(
          "master_key",
          "is wrong: this passphrase does not open the key folder %s. Give the one that it was created with or last changed to; nothing was changed"
              .formatted(where),
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(where, "is damaged", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Returns the keys that {@code content} names if all of them are known already, so that a changed
   * passphrase does not stop a running process; else null.
   */
  static @Nullable RootKeys known(byte[] content, RootKeys known, Object where) {
    JsonNode json = parse(content, where);
    Root current = known.find(id(json, KEY));
    Root previous = json.has(PREVIOUS) ? known.find(id(json, PREVIOUS)) : null;
    if (current == null || json.has(PREVIOUS) && previous == null) {
      return null;
    }
    return new RootKeys(current, previous);
  }

  private static long id(JsonNode json, String name) {
    try {
      return HexFormat.fromHexDigitsToLong(json.path(name + ID).asText());
    } catch (IllegalArgumentException e) {
      return 0; // found damaged when it is opened
    }
  }

  private static JsonNode parse(byte[] content, Object where) {
    try {
      return JSON.readTree(content);
    } catch (IOException e) {
      throw damaged(where, "is damaged", e);
    }
  }

  private static @Nullable PassphraseKey kdf(JsonNode json) {
    try {
      return PassphraseKey.read(json);
    } catch (IOException e) {
      return null;
    }
  }

  private static Root read(JsonNode json, String name, byte[] key) throws IOException {
    byte[] wrapped = json.path(name).binaryValue();
    long id = HexFormat.fromHexDigitsToLong(json.path(name + ID).asText());
    return new Root(
        id, WRAP.unwrap(key, wrapped == null ? new byte[0] : wrapped, boundTo(name, id)));
  }

  private static byte[] boundTo(String name, long id) {
    return CanonicalContext.encode(Map.of("use", name, "id", HexFormat.of().toHexDigits(id)));
  }

  private static KmsException damaged(Object where, String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the wrapped root key of the key folder %s %s. LocalKeyFolder.rebuild(folder, passphrase) uses the copy"
            .formatted(where, how),
        cause);
  }
}
