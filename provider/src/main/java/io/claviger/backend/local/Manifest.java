package io.claviger.backend.local;

import io.claviger.engine.Hkdf;
import io.claviger.engine.RawCiphers;
import io.claviger.format.Utf8;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.CRC32C;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * What a key folder holds, and the layout of the file that says so (docs/local-keys.md, Files): the
 * one file whose replacement is a change of the folder. Immutable.
 *
 * @param generation rises by one with every change
 * @param rootSince generation at which the present root key came
 * @param lineage who wrote the manifests before it
 * @param rootJson the wrapped root key, as {@link RootFile} lays it out; shared and never changed
 * @param removed record files that the change which wrote this superseded
 * @param entries the record of each key
 */
record Manifest(
    long generation,
    long rootSince,
    Lineage lineage,
    byte[] rootJson,
    List<RecordName> removed,
    NavigableMap<String, Entry> entries) {
  /** Length of what identifies a manifest, at its start. */
  static final int HEAD_BYTES = 4 + 1 + Long.BYTES + 32;

  private static final byte[] MAGIC = "CLVM".getBytes(StandardCharsets.US_ASCII);
  private static final byte FORMAT = 3;
  private static final byte FORMAT_WITHOUT_LINEAGE = 2;
  private static final int MAC_BYTES = 32;
  private static final int DIGEST_BYTES = 32;
  private static final int MAC_AT = HEAD_BYTES - MAC_BYTES;
  private static final int BODY_AT = HEAD_BYTES + Integer.BYTES;
  private static final int MOST_ID_BYTES = 0xffff;
  private static final int MOST_BYTES_OF_CHAR = 3;
  private static final byte[] MAC_INFO =
      "io.claviger/manifest/local/v1".getBytes(StandardCharsets.US_ASCII);

  Manifest {
    removed = List.copyOf(removed);
    entries = Collections.unmodifiableNavigableMap(entries);
  }

  /** Whether a record is still sealed under the root key before the present one. */
  boolean isUnderOldRoot(Entry entry) {
    return entry.name().generation() < rootSince;
  }

  /**
   * Where the record of a key is.
   *
   * @param name its file
   * @param digest SHA-256 of the file's bytes
   */
  record Entry(RecordName name, Digest digest) {
    static Entry of(RecordName name, byte[] content) {
      return new Entry(name, Digest.get(ByteBuffer.wrap(RecordName.sha256(content))));
    }

    boolean isOf(byte[] content) {
      return of(name, content).digest.equals(digest);
    }
  }

  /** 32 bytes of a hash: numbers, since thousands are written with every change. */
  record Digest(long a, long b, long c, long d) {
    static Digest get(ByteBuffer in) {
      return new Digest(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    void put(ByteBuffer out) {
      out.putLong(a).putLong(b).putLong(c).putLong(d);
    }
  }

  /** What identifies a manifest: generation and MAC, in hexadecimal. */
  record Head(long generation, String mac) {}

  /** A manifest that is no manifest, or not authentic. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedException(String how) {
      super(how);
    }
  }

  /** Returns what identifies a manifest that begins with {@code content}; null if none does. */
  static @Nullable Head headOf(byte[] content) {
    boolean good =
        content.length >= HEAD_BYTES
            && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
            && (content[MAGIC.length] == FORMAT || content[MAGIC.length] == FORMAT_WITHOUT_LINEAGE);
    return good
        ? new Head(
            ByteBuffer.wrap(content, MAGIC.length + 1, Long.BYTES).getLong(),
            HexFormat.of().formatHex(content, MAC_AT, HEAD_BYTES))
        : null;
  }

  /** Returns the wrapped root key of a manifest, not authenticated; null if it is too damaged. */
  static byte @Nullable [] rootJsonOf(byte[] content) {
    try {
      ByteBuffer in = ByteBuffer.wrap(content).position(BODY_AT + Long.BYTES);
      return take(in, in.getInt());
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Reads a manifest. Nothing but the wrapped root key is looked at before the MAC was verified.
   *
   * @param opener returns the root keys of the wrapped root key
   */
  static Manifest read(byte[] content, Function<byte[], RootKeys> opener) throws DamagedException {
    Head head = headOf(content);
    if (head == null || content.length < BODY_AT) {
      throw new DamagedException("is empty, cut or not of a version that this one reads");
    }
    if (ByteBuffer.wrap(content, HEAD_BYTES, Integer.BYTES).getInt() != crc(content)) {
      throw new DamagedException("is damaged: its checksum does not fit");
    }
    byte[] rootJson = rootJsonOf(content);
    if (rootJson == null) {
      throw new DamagedException("is damaged: it has no root key");
    }
    byte[] mac = Arrays.copyOfRange(content, MAC_AT, HEAD_BYTES);
    if (!MessageDigest.isEqual(mac, mac(content, opener.apply(rootJson).current()))) {
      throw new DamagedException("was changed by somebody without its root key");
    }
    ByteBuffer in = ByteBuffer.wrap(content).position(BODY_AT);
    try {
      return read(content[MAGIC.length], head.generation(), in);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new DamagedException("is authentic but not of a form that this version reads");
    }
  }

  /**
   * Returns what a manifest says whose root key cannot be read, not authenticated: good for doubts
   * and for nothing else. Null if it says nothing.
   */
  static @Nullable Manifest unverified(byte[] content) {
    Head head = headOf(content);
    try {
      return head == null || content.length < BODY_AT
          ? null
          : read(
              content[MAGIC.length], head.generation(), ByteBuffer.wrap(content).position(BODY_AT));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Manifest read(byte format, long generation, ByteBuffer in) {
    long rootSince = in.getLong();
    byte[] rootJson = take(in, in.getInt());
    List<RecordName> removed = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      removed.add(RecordName.get(in));
    }
    NavigableMap<String, Entry> entries = new TreeMap<>();
    for (int left = in.getInt(); left > 0; left--) {
      RecordName name = RecordName.get(in);
      Digest digest = Digest.get(in);
      byte[] id = take(in, in.getShort() & MOST_ID_BYTES);
      entries.put(new String(id, StandardCharsets.UTF_8), new Entry(name, digest));
    }
    Lineage lineage = format == FORMAT ? Lineage.get(in) : Lineage.UNKNOWN;
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("bytes behind the end");
    }
    return new Manifest(generation, rootSince, lineage, rootJson, removed, entries);
  }

  private static byte[] take(ByteBuffer in, int bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] taken = new byte[bytes];
    in.get(taken);
    return taken;
  }

  /** Returns the file of this manifest, authenticated under {@code root}. */
  byte[] write(Root root) {
    int bytes = BODY_AT + Long.BYTES + 3 * Integer.BYTES + rootJson.length;
    bytes += removed.size() * RecordName.BYTES + lineage.bytes();
    for (String id : entries.keySet()) {
      bytes += RecordName.BYTES + DIGEST_BYTES + Short.BYTES + MOST_BYTES_OF_CHAR * id.length();
    }
    ByteBuffer out = ByteBuffer.allocate(bytes);
    out.put(MAGIC).put(FORMAT).putLong(generation).position(BODY_AT);
    out.putLong(rootSince).putInt(rootJson.length).put(rootJson);
    out.putInt(removed.size());
    removed.forEach(name -> name.put(out));
    out.putInt(entries.size());
    entries.forEach(
        (keyId, entry) -> {
          byte[] id = Utf8.encode(keyId);
          entry.name().put(out);
          entry.digest().put(out);
          out.putShort((short) id.length).put(id);
        });
    lineage.put(out);
    byte[] content = Arrays.copyOf(out.array(), out.position());
    System.arraycopy(mac(content, root), 0, content, MAC_AT, MAC_BYTES);
    ByteBuffer.wrap(content, HEAD_BYTES, Integer.BYTES).putInt(crc(content));
    return content;
  }

  /** Returns the key of which {@code name} is a record, with its entry; empty if there is none. */
  Optional<Map.Entry<String, Entry>> ofSameKey(RecordName name) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().name().isOfSameKey(name))
        .findFirst();
  }

  private static byte[] mac(byte[] content, Root root) {
    byte[] key =
        root.use(secret -> Hkdf.SHA_256.derive(secret, new byte[0], MAC_INFO, Root.KEY_BYTES));
    try {
      Mac mac = RawCiphers.mac("HmacSHA256", key);
      mac.update(content, 0, MAC_AT);
      mac.update(content, BODY_AT, content.length - BODY_AT);
      return mac.doFinal();
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static int crc(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, HEAD_BYTES);
    crc.update(content, BODY_AT, content.length - BODY_AT);
    return (int) crc.getValue();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Manifest that
        && generation == that.generation
        && entries.equals(that.entries)
        && Arrays.equals(rootJson, that.rootJson);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(generation);
  }
}
