package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.PassphraseKey;
import io.claviger.backend.local.RootKeys.Root;
import io.claviger.format.CanonicalContext;
import io.claviger.format.FormatException;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layout of {@code .claviger-root.json}: the random root key of a folder (two while a rotation is
 * under way), wrapped under the passphrase. The only file that the passphrase matters to.
 */
final class RootFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/local-root/v1");
  private static final String KEY = "root_key";
  private static final String PREVIOUS = "previous_root_key";
  private static final String ID = "_id";
  private static final int FORMAT = 1;

  private final KeyFolder folder;

  RootFile(KeyFolder folder) {
    this.folder = folder;
  }

  /** Returns the root keys, or empty if the file is not there. */
  Optional<RootKeys> open(byte[] passphrase) {
    return folder.read(folder.rootFile()).map(content -> decode(content, passphrase));
  }

  /** Writes the file of a folder that has none yet. */
  void create(RootKeys keys, byte[] passphrase) {
    folder.create(folder.rootFile(), encode(keys, passphrase));
  }

  /** Replaces the file, in one step. */
  void replace(RootKeys keys, byte[] passphrase) {
    folder.replace(folder.rootFile(), encode(keys, passphrase));
  }

  private static byte[] encode(RootKeys keys, byte[] passphrase) {
    PassphraseKey kdf = PassphraseKey.fresh();
    byte[] key = kdf.derive(passphrase);
    try {
      ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
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
    json.put(name, WRAP.wrap(key, root.key(), boundTo(name, root.id())));
  }

  private RootKeys decode(byte[] content, byte[] passphrase) {
    JsonNode json;
    PassphraseKey kdf;
    try {
      json = JSON.readTree(content);
      kdf = PassphraseKey.read(json);
    } catch (IOException e) {
      throw damaged("is damaged; restore it from a backup", e);
    }
    if (json.path("format").asInt() != FORMAT || kdf == null) {
      throw damaged("names a format or cost that this version does not read", null);
    }
    byte[] key = kdf.derive(passphrase);
    try {
      Root current = read(json, KEY, key);
      return new RootKeys(current, json.has(PREVIOUS) ? read(json, PREVIOUS, key) : null);
    } catch (FormatException e) {
      throw KmsException.of(
          ErrorKind.INVALID_CONFIGURATION,
          "config \"master_key\": this passphrase does not open the key folder %s. Give the one that it was created with or last changed to; nothing was changed"
              .formatted(folder),
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged("is damaged; restore it from a backup", e);
    } finally {
      Arrays.fill(key, (byte) 0);
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

  KmsException damaged(String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD, "%s %s".formatted(folder.rootFile(), how), cause);
  }
}
