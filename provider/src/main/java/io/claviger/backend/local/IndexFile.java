package io.claviger.backend.local;

import io.claviger.backend.local.RootKeys.Root;
import io.claviger.engine.Entropy;
import io.claviger.engine.RawCiphers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Layout of the index, a log: {@code "CLVI" | 0x01 | root key id 8 | salt 16}, then entries
 *
 * <pre>length 2 | type 1 | generation 8 | digest 16 | key id | MAC 32</pre>
 *
 * where length counts type to key id. A MAC is HMAC-SHA-256 over the MAC before it and the entry
 * (the first over the header), so that no entry can be changed, left out or moved unnoticed; that
 * the end was cut off is noticed by the records, which are then ahead.
 */
final class IndexFile {
  static final byte SET = 1;
  static final byte GONE = 2;
  static final byte DONE = 3;

  static final int HEADER_BYTES = 4 + 1 + Long.BYTES + 16;

  private static final byte[] MAGIC = "CLVI".getBytes(StandardCharsets.US_ASCII);
  private static final byte FORMAT = 1;
  private static final int FIXED_BYTES = 1 + Long.BYTES + RecordFile.DIGEST_BYTES;
  private static final int MAC_BYTES = 32;
  private static final int MOST_ENTRY_BYTES = Short.BYTES + FIXED_BYTES + 1024 + MAC_BYTES;

  /** One entry of the log. */
  record Entry(byte type, String keyId, long generation, byte[] digest) {
    static Entry done() {
      return new Entry(DONE, "", 0, new byte[RecordFile.DIGEST_BYTES]);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Entry that
          && type == that.type
          && keyId.equals(that.keyId)
          && generation == that.generation
          && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
      return keyId.hashCode() * 31 + Long.hashCode(generation);
    }
  }

  /** What follows in the bytes read. */
  enum Next {
    ENTRY,
    /** The end, or an entry that a crash cut off. */
    END,
    DAMAGED
  }

  private final Mac mac;
  private byte[] chain;
  private @Nullable Entry entry;

  private IndexFile(byte[] key, byte[] header) {
    this.mac = RawCiphers.mac("HmacSHA256", key);
    this.chain = mac.doFinal(header);
  }

  static byte[] newHeader(Root root) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .put(MAGIC)
        .put(FORMAT)
        .putLong(root.id())
        .put(Entropy.bytes(16))
        .array();
  }

  /** Returns the id of the root key that a header names, or null if it is none. */
  static @Nullable Long rootIdOf(byte[] content) {
    boolean good =
        content.length >= HEADER_BYTES
            && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
            && content[MAGIC.length] == FORMAT;
    return good ? ByteBuffer.wrap(content, MAGIC.length + 1, Long.BYTES).getLong() : null;
  }

  /** Starts at the beginning of a log with this header. */
  static IndexFile after(byte[] header, Root root) {
    byte[] key = RecordFile.indexKey(root);
    try {
      return new IndexFile(key, Arrays.copyOf(header, HEADER_BYTES));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Reads one entry; at ENTRY {@link #entry} has it and the buffer stands behind it. */
  Next read(ByteBuffer in) {
    int start = in.position();
    if (in.remaining() < Short.BYTES) {
      return Next.END;
    }
    int length = in.getShort(start) & 0xffff;
    int whole = Short.BYTES + length + MAC_BYTES;
    if (length < FIXED_BYTES || whole > MOST_ENTRY_BYTES) {
      return Next.DAMAGED;
    }
    if (in.remaining() < whole) {
      return Next.END;
    }
    byte[] body = new byte[Short.BYTES + length];
    in.get(body);
    byte[] sum = new byte[MAC_BYTES];
    in.get(sum);
    byte[] expected = chained(body);
    if (!MessageDigest.isEqual(sum, expected)) {
      in.position(start);
      return Next.DAMAGED;
    }
    chain = expected;
    ByteBuffer fields = ByteBuffer.wrap(body).position(Short.BYTES);
    byte type = fields.get();
    long generation = fields.getLong();
    byte[] digest = new byte[RecordFile.DIGEST_BYTES];
    fields.get(digest);
    entry = new Entry(type, StandardCharsets.UTF_8.decode(fields).toString(), generation, digest);
    return Next.ENTRY;
  }

  Entry entry() {
    if (entry == null) {
      throw new IllegalStateException("internal error: nothing was read");
    }
    return entry;
  }

  /** Returns the bytes of the next entry and moves the chain on. */
  byte[] write(Entry next) {
    byte[] id = next.keyId().getBytes(StandardCharsets.UTF_8);
    byte[] body =
        ByteBuffer.allocate(Short.BYTES + FIXED_BYTES + id.length)
            .putShort((short) (FIXED_BYTES + id.length))
            .put(next.type())
            .putLong(next.generation())
            .put(next.digest())
            .put(id)
            .array();
    chain = chained(body);
    return ByteBuffer.allocate(body.length + MAC_BYTES).put(body).put(chain).array();
  }

  private byte[] chained(byte[] body) {
    mac.update(chain);
    return mac.doFinal(body);
  }
}
