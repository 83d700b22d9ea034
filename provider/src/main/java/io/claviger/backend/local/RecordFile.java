package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.format.CanonicalContext;
import io.claviger.format.KeyWrap;
import io.claviger.format.Utf8;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a record file: {@code 0x02 | root key id 8 | wrap}, where wrap (format 2.4) under that
 * root key holds {@code generation 8 | length of id 4 | id | JSON of the key}. A file is written
 * once and never changed; which one is a key's record, the {@link Manifest} says.
 */
final class RecordFile {
  private static final KeyWrap WRAP = KeyWrap.labelled("io.claviger/record/local/v1");
  private static final byte[] CONTEXT = CanonicalContext.encode(Map.of("use", "local-record"));
  private static final byte FORMAT = 2;
  private static final int HEADER_BYTES = 1 + Long.BYTES;

  /**
   * A record that was opened.
   *
   * @param record the key
   * @param generation of the folder with the change that wrote it
   * @param rootId the root key that it is sealed under
   */
  record Stored(KeyRecord record, long generation, long rootId) {
    String keyId() {
      return record.metadata().keyId();
    }
  }

  private RecordFile() {}

  static byte[] encode(KeyRecord key, long generation, Root root) {
    byte[] id = Utf8.encode(key.metadata().keyId());
    byte[] json = RecordJson.write(key);
    byte[] plain =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + id.length + json.length)
            .putLong(generation)
            .putInt(id.length)
            .put(id)
            .put(json)
            .array();
    try {
      byte[] wrap = root.use(secret -> WRAP.wrap(secret, plain, CONTEXT));
      return ByteBuffer.allocate(HEADER_BYTES + wrap.length)
          .put(FORMAT)
          .putLong(root.id())
          .put(wrap)
          .array();
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(json, (byte) 0);
    }
  }

  /** Returns the id of the root key that a file names, not authenticated; null if it is cut. */
  static @Nullable Long rootIdOf(byte[] content) {
    return content.length < HEADER_BYTES || content[0] != FORMAT
        ? null
        : ByteBuffer.wrap(content, 1, Long.BYTES).getLong();
  }

  /**
   * Opens a record; CORRUPT_RECORD if it is not exactly what was written.
   *
   * @param name of the key or file, for messages
   */
  static Stored decode(String name, byte[] content, LongFunction<@Nullable Root> roots) {
    Long rootId = rootIdOf(content);
    if (rootId == null) {
      throw corrupt(name, "is not a record of a version that this one reads", null);
    }
    Root root = roots.apply(rootId);
    if (root == null) {
      throw corrupt(name, "is sealed under a root key that this folder does not have", null);
    }
    byte[] wrap = Arrays.copyOfRange(content, HEADER_BYTES, content.length);
    byte[] plain;
    try {
      plain = root.use(secret -> WRAP.unwrap(secret, wrap, CONTEXT));
    } catch (FormatException e) {
      throw corrupt(name, "was changed, cut or belongs to another folder", e);
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(plain);
      long generation = in.getLong();
      byte[] id = new byte[in.getInt()];
      in.get(id);
      byte[] json = Arrays.copyOfRange(plain, in.position(), plain.length);
      String keyId = new String(id, StandardCharsets.UTF_8);
      return new Stored(RecordJson.read(keyId, json), generation, rootId);
    } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
      throw corrupt(name, "is authentic but not of a form that this version reads", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * What a record is that the disk does not give, while it gives the manifest: one key's failure.
   */
  static KmsException unreadable(String keyId, String file, Throwable why) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the record of key \"%s\", file %s, cannot be read (%s). It is left as it is, and the other keys work; repair the disk or the rights of the file and repeat"
            .formatted(keyId, file, KeyFolder.why(why)),
        new UnreadableException(why));
  }

  static boolean isUnreadable(KmsException failure) {
    return failure.getCause() instanceof UnreadableException;
  }

  /** The cause of {@link #unreadable}: the bytes of the record are not known to be damaged. */
  private static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(Throwable why) {
      super(why);
    }
  }

  static KmsException corrupt(String keyId, String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the record of key \"%s\" %s. It is left as it is; restore its file from a backup"
            .formatted(keyId, how),
        cause);
  }
}
