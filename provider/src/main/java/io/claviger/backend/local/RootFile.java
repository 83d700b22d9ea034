package io.claviger.backend.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.engine.Entropy;
import io.claviger.format.FormatException;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * {@code .claviger-root.json}: the random root key of a folder, wrapped under the passphrase by
 * Argon2id (RFC 9106, version 0x13). The only file that the passphrase matters to.
 */
final class RootFile {
  private static final JsonMapper JSON = new JsonMapper();
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/local-root/v1");
  private static final byte[] CONTEXT = "{}".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;
  private static final int SALT_BYTES = 16;
  private static final int FORMAT = 1;

  /** Argon2id cost of new folders; what a file says is honoured up to the most. */
  private static final int MEMORY_KIB = 19_456;

  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int MOST_MEMORY_KIB = 1 << 20;
  private static final int MOST_PASSES = 100;

  private final KeyFolder folder;

  RootFile(KeyFolder folder) {
    this.folder = folder;
  }

  /** Returns the folder's root key, made at the first opening. */
  byte[] openOrCreate(byte[] passphrase) {
    Optional<byte[]> content = folder.read(folder.rootFile());
    if (content.isEmpty()) {
      if (!folder.keyIds().isEmpty()) {
        throw damaged("is missing, but the folder holds keys; restore it from a backup", null);
      }
      byte[] root = Entropy.bytes(KEY_BYTES);
      if (folder.create(folder.rootFile(), encode(root, passphrase))) {
        return root;
      }
      content = folder.read(folder.rootFile());
    }
    return decode(content.orElseThrow(), passphrase);
  }

  private byte[] encode(byte[] root, byte[] passphrase) {
    byte[] salt = Entropy.bytes(SALT_BYTES);
    byte[] key = derive(passphrase, salt, MEMORY_KIB, PASSES, LANES);
    String json =
        JSON.createObjectNode()
            .put("format", FORMAT)
            .put("kdf", "argon2id")
            .put("memory_kib", MEMORY_KIB)
            .put("passes", PASSES)
            .put("lanes", LANES)
            .put("salt", salt)
            .put("root_key", WRAP.wrap(key, root, CONTEXT))
            .toPrettyString();
    Arrays.fill(key, (byte) 0);
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] decode(byte[] content, byte[] passphrase) {
    byte[] wrapped;
    byte[] key;
    try {
      JsonNode json = JSON.readTree(content);
      int memory = json.path("memory_kib").asInt();
      int passes = json.path("passes").asInt();
      int lanes = json.path("lanes").asInt();
      if (json.path("format").asInt() != FORMAT
          || !json.path("kdf").asText().equals("argon2id")
          || memory < 8
          || memory > MOST_MEMORY_KIB
          || passes < 1
          || passes > MOST_PASSES
          || lanes < 1
          || lanes > 16) {
        throw damaged("names a format or cost that this version does not read", null);
      }
      wrapped = json.path("root_key").binaryValue();
      key = derive(passphrase, json.path("salt").binaryValue(), memory, passes, lanes);
    } catch (IOException | NullPointerException e) {
      throw damaged("is damaged; restore it from a backup", e);
    }
    try {
      return WRAP.unwrap(key, wrapped, CONTEXT);
    } catch (FormatException e) {
      throw KmsException.of(
          ErrorKind.INVALID_CONFIGURATION,
          "config \"master_key\": this passphrase does not open the key folder %s. Give the one that it was created with; nothing was changed"
              .formatted(folder),
          e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private KmsException damaged(String how, @org.jspecify.annotations.Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD, "%s %s".formatted(folder.rootFile(), how), cause);
  }

  private static byte[] derive(byte[] passphrase, byte[] salt, int memory, int passes, int lanes) {
    Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
    argon2.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] key = new byte[KEY_BYTES];
    argon2.generateBytes(passphrase, key);
    return key;
  }
}
