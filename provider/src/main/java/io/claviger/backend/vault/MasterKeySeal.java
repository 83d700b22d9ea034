package io.claviger.backend.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.PassphraseKey;
import io.claviger.engine.Entropy;
import io.claviger.format.CanonicalContext;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The seal of a random root key under a passphrase of this process. Layout of the root's record,
 * {@code .claviger/root} below the prefix: cost and salt of Argon2id, and {@code root}, the base64
 * of a wrap (format 2.4) of 32 bytes under the passphrase's key. A record's seal is the base64 of a
 * wrap under the root key.
 */
final class MasterKeySeal implements RecordSeal {
  static final String ROOT_NAME = ".claviger/root";

  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/record/kv2/v1");
  private static final KeyWrap ROOT_WRAP = KeyWrap.labelled("io.claviger/root/kv2/v1");
  private static final byte[] ROOT_CONTEXT = CanonicalContext.encode(Map.of("use", "kv2-root"));
  private static final String ROOT = "root";
  private static final String SUBJECT = "the root key of material_sealing master-key";
  private static final int KEY_BYTES = 32;

  private final byte[] root;

  /** Makes the seal of a root key, which is adopted. */
  MasterKeySeal(byte[] root) {
    this.root = root;
  }

  /** Opens the root key, or makes it; of two processes that make it one wins. */
  static MasterKeySeal open(KvEngine kv, SecretBytes passphrase) {
    Optional<KvEngine.Entry> found = kv.read(ROOT_NAME, SUBJECT);
    if (found.isPresent()) {
      return new MasterKeySeal(read(found.get().data(), passphrase));
    }
    if (!kv.list("", SUBJECT).isEmpty()) {
      throw damaged("is missing, but there are keys. Restore the path .claviger/root", null);
    }
    byte[] fresh = Entropy.bytes(KEY_BYTES);
    if (kv.write(ROOT_NAME, written(fresh, passphrase), KvEngine.NONE, SUBJECT) == KvEngine.LOST) {
      return open(kv, passphrase);
    }
    return new MasterKeySeal(fresh);
  }

  private static ObjectNode written(byte[] fresh, SecretBytes passphrase) {
    PassphraseKey cost = PassphraseKey.fresh();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    cost.write(json);
    byte[] key = passphrase.use(cost::derive);
    try {
      return json.put(
          ROOT, Base64.getEncoder().encodeToString(ROOT_WRAP.wrap(key, fresh, ROOT_CONTEXT)));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] read(@Nullable ObjectNode json, SecretBytes passphrase) {
    PassphraseKey cost;
    byte[] wrapped;
    try {
      JsonNode fields = json == null ? JsonNodeFactory.instance.objectNode() : json;
      cost = PassphraseKey.read(fields);
      wrapped = Base64.getDecoder().decode(fields.path(ROOT).asText());
    } catch (IOException | IllegalArgumentException e) {
      throw damaged("is damaged. Restore an older version of the path .claviger/root", e);
    }
    if (cost == null) {
      throw damaged("is of no form that this version reads", null);
    }
    byte[] key = passphrase.use(cost::derive);
    try {
      return ROOT_WRAP.unwrap(key, wrapped, ROOT_CONTEXT);
    } catch (FormatException e) {
      throw ConfigurationException.ofField(
          "master_key",
          "does not open the root key at .claviger/root below key_path_prefix. Give the passphrase that it was made with",
          e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static KmsException damaged(String how, @Nullable Throwable cause) {
    return KmsException.of(ErrorKind.CORRUPT_RECORD, SUBJECT + " " + how, cause);
  }

  @Override
  public String name() {
    return "master-key";
  }

  @Override
  public String seal(byte[] plain, byte[] context, String subject) {
    return Base64.getEncoder().encodeToString(WRAP.wrap(root, plain, context));
  }

  @Override
  public byte[] open(String sealed, byte[] context, String subject) {
    try {
      return WRAP.unwrap(root, Base64.getDecoder().decode(sealed), context);
    } catch (FormatException | IllegalArgumentException e) {
      throw KmsException.of(
          ErrorKind.NOT_AUTHENTIC, subject + ": the seal does not open under the master key", e);
    }
  }

  @Override
  public void close() {
    Arrays.fill(root, (byte) 0);
  }
}
