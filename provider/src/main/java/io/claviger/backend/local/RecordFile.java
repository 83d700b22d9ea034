package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.RootKeys.Root;
import io.claviger.engine.Hkdf;
import io.claviger.format.CanonicalContext;
import io.claviger.format.FormatException;
import io.claviger.format.KeyWrap;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a record file: {@code 0x01 | root key id 8 | wrap}, where wrap (format 2.4) under that
 * root key holds {@code generation 8 | JSON of the key} and is bound to the key's id. So nobody
 * with write access can read, edit or swap records unnoticed; that an older one was put back is
 * what {@link RecordIndex} notices.
 */
final class RecordFile {
  static final int DIGEST_BYTES = 16;

  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/record/local/v1");
  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + Long.BYTES;

  /**
   * A record as it lies in the folder.
   *
   * @param record the key
   * @param generation rises with every change
   * @param digest of generation and key, the same under every root key
   * @param rootId the root key that it is sealed under
   */
  record Stored(KeyRecord record, long generation, byte[] digest, long rootId) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Stored that
          && generation == that.generation
          && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(digest);
    }
  }

  /** A record sealed, ready to be written. */
  record Sealed(byte[] content, byte[] digest) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Sealed that && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(digest);
    }
  }

  private RecordFile() {}

  static Sealed encode(KeyRecord key, long generation, Root root) {
    byte[] json = RecordJson.write(key);
    byte[] plain =
        ByteBuffer.allocate(Long.BYTES + json.length).putLong(generation).put(json).array();
    try {
      String keyId = key.metadata().keyId();
      byte[] wrap = WRAP.wrap(root.key(), plain, boundTo(keyId));
      byte[] content =
          ByteBuffer.allocate(HEADER_BYTES + wrap.length)
              .put(FORMAT)
              .putLong(root.id())
              .put(wrap)
              .array();
      return new Sealed(content, digest(keyId, plain));
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(json, (byte) 0);
    }
  }

  /** Opens a record; CORRUPT_RECORD if it is not exactly what was written for this id. */
  static Stored decode(String keyId, byte[] content, LongFunction<@Nullable Root> roots) {
    if (content.length < HEADER_BYTES || content[0] != FORMAT) {
      throw corrupt(keyId, "is no record of a version that this one reads", null);
    }
    long rootId = ByteBuffer.wrap(content, 1, Long.BYTES).getLong();
    Root root = roots.apply(rootId);
    if (root == null) {
      throw corrupt(keyId, "is sealed under a root key that this folder does not have", null);
    }
    byte[] plain;
    try {
      plain =
          WRAP.unwrap(
              root.key(),
              Arrays.copyOfRange(content, HEADER_BYTES, content.length),
              boundTo(keyId));
    } catch (FormatException e) {
      throw corrupt(keyId, "was changed, cut or belongs to another key or folder", e);
    }
    try {
      long generation = ByteBuffer.wrap(plain).getLong();
      byte[] json = Arrays.copyOfRange(plain, Long.BYTES, plain.length);
      return new Stored(RecordJson.read(keyId, json), generation, digest(keyId, plain), rootId);
    } catch (IOException | RuntimeException e) {
      throw corrupt(keyId, "is authentic but not of a form that this version reads", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  static KmsException corrupt(String keyId, String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the record of key \"%s\" %s. It is left as it is; restore its file from a backup"
            .formatted(keyId, how),
        cause);
  }

  /** 128 bits of SHA-256 over the id and the open record, whose secrets nobody can guess. */
  private static byte[] digest(String keyId, byte[] plain) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(boundTo(keyId));
      return Arrays.copyOf(sha256.digest(plain), DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("internal error: every JDK has SHA-256", e);
    }
  }

  /** Returns the key of the index under a root key. */
  static byte[] indexKey(Root root) {
    return Hkdf.SHA_256.derive(
        root.key(),
        new byte[0],
        "io.claviger/index/local/v1".getBytes(StandardCharsets.US_ASCII),
        Root.KEY_BYTES);
  }

  private static byte[] boundTo(String keyId) {
    return CanonicalContext.encode(Map.of("use", "local-record", "id", keyId));
  }
}
