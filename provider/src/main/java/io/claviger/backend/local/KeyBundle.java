package io.claviger.backend.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.keyring.PassphraseKey;
import io.claviger.format.CanonicalContext;
import io.claviger.format.KeyWrap;
import io.claviger.format.Utf8;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a backup: a JSON object with the cost of its passphrase and {@code keys}, a wrap
 * (format 2.4) under it of {@code (length of id 4 | id | length of record 4 | record)*}, where a
 * record is the JSON of a key.
 */
final class KeyBundle {
  /** A bundle is one long text; what it may hold, the memory says. */
  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/wrap/key-bundle/v1");
  private static final byte[] CONTEXT = CanonicalContext.encode(Map.of("use", "key-bundle"));
  private static final String FORMAT = "claviger-key-bundle-1";

  /** What a bundle holds. */
  record Content(List<KeyRecord> keys) {}

  private KeyBundle() {}

  static byte[] seal(List<KeyRecord> keys, byte[] passphrase) {
    PassphraseKey kdf = PassphraseKey.fresh();
    byte[] plain = plain(keys);
    byte[] key = kdf.derive(passphrase);
    try {
      ObjectNode json = JSON.createObjectNode().put("format", FORMAT).put("count", keys.size());
      kdf.write(json);
      json.put("keys", WRAP.wrap(key, plain, CONTEXT));
      return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] plain(List<KeyRecord> keys) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (KeyRecord key : keys) {
      put(out, Utf8.encode(key.metadata().keyId()));
      put(out, RecordJson.write(key));
    }
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  static Content open(byte[] bundle, byte[] passphrase) {
    JsonNode json;
    PassphraseKey kdf;
    byte[] wrapped;
    try {
      json = JSON.readTree(bundle);
      kdf = PassphraseKey.read(json);
      wrapped = json.path("keys").binaryValue();
    } catch (IOException e) {
      throw damaged("is no key bundle or was cut", e);
    }
    if (!json.path("format").asText().equals(FORMAT) || kdf == null || wrapped == null) {
      throw damaged("is no key bundle of a version that this one reads", null);
    }
    byte[] key = kdf.derive(passphrase);
    byte[] plain;
    try {
      plain = WRAP.unwrap(key, wrapped, CONTEXT);
    } catch (FormatException e) {
      throw ConfigurationException.ofField(
          "passphrase",
          "of the call does not open the key bundle, or the bundle was changed. Nothing was imported",
          e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
    try {
      return new Content(read(ByteBuffer.wrap(plain)));
    } catch (IOException | BufferUnderflowException | NegativeArraySizeException e) {
      throw damaged("is authentic but not of a form that this version reads", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static List<KeyRecord> read(ByteBuffer in) throws IOException {
    List<KeyRecord> keys = new ArrayList<>();
    while (in.hasRemaining()) {
      String id = new String(take(in), StandardCharsets.UTF_8);
      byte[] record = take(in);
      keys.add(RecordJson.read(id, record));
      Arrays.fill(record, (byte) 0);
    }
    return keys;
  }

  private static byte[] take(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }

  private static KmsException damaged(String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD, "the file %s; give another backup".formatted(how), cause);
  }
}
