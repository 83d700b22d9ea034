package io.claviger.encryption;

import io.claviger.engine.Entropy;
import io.claviger.format.Layout;
import io.claviger.format.PartSealer;
import io.claviger.format.Preamble;
import io.claviger.kms.SecretBytes;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Seals one object, or one part of an upload, for one API call: the same bytes at every opening,
 * whatever attempt opens it (format 5.2).
 *
 * <p>Threads: {@link #seal} may be called from several threads; each stream belongs to one.
 * Blocking: never the network; the data key was obtained when this was made. Holds 16 bytes per 64
 * KiB sealed.
 */
public final class ObjectSealer {
  private final PartSealer part;
  private final @Nullable EnvelopeDraft envelope;

  private ObjectSealer(PartSealer part, @Nullable EnvelopeDraft envelope) {
    this.part = part;
    this.envelope = envelope;
  }

  /** For an object that is one part. */
  static ObjectSealer single(SealRequest request, WrappedDataKey dataKey, long plainBytes) {
    PartSealer part = part(dataKey.key(), Preamble.single(plainBytes));
    return new ObjectSealer(part, Envelopes.of(request, dataKey, part.headerHint()));
  }

  /** For a part of an upload, whose envelope was sent when the upload was created. */
  static ObjectSealer ofUpload(SecretBytes dataKey, Preamble preamble) {
    return new ObjectSealer(part(dataKey, preamble), null);
  }

  private static PartSealer part(SecretBytes dataKey, Preamble preamble) {
    return dataKey.use(key -> new PartSealer(key, preamble, Entropy.bytes(PartSealer.SEED_BYTES)));
  }

  /** Returns the envelope, to be completed; null for a part of an upload. */
  public @Nullable EnvelopeDraft draft() {
    return envelope;
  }

  /**
   * Returns the envelope of an object that is stored without other metadata and headers: user
   * metadata, names without {@code x-amz-meta-}, in a fixed order; empty for a part of an upload.
   */
  public Map<String, String> envelope() {
    return envelope == null ? Map.of() : envelope.fields();
  }

  /** Returns the number of bytes that {@link #seal} yields. */
  public long storedBytes() {
    return Layout.storedBytes(plainBytes());
  }

  /** Returns the number of plaintext bytes that were announced. */
  public long plainBytes() {
    return part.preamble().plainBytes();
  }

  /**
   * Returns the sealed bytes of {@code plain}, read as they are asked for; closing closes {@code
   * plain}.
   *
   * <p>What {@code plain} has behind the announced length is not read. The stream fails, before its
   * last segment, with a {@code FormatException} of class SOURCE_LENGTH when {@code plain} has
   * fewer bytes than announced, and of class SOURCE_CHANGED when an earlier opening gave other
   * bytes. Bytes that nobody compared yet may have moved: a source that is opened again begins
   * where it began before (format 5.2).
   */
  public InputStream seal(InputStream plain) {
    return new SealingInputStream(part, plain, false);
  }

  /**
   * As {@link #seal}, of a source that ends at the announced length: more bytes are SOURCE_LENGTH
   * too, and the end of the source was seen before the last segment is given.
   */
  public InputStream sealToItsEnd(InputStream plain) {
    return new SealingInputStream(part, plain, true);
  }

  /** As {@link #seal}, for plaintext that comes in pieces. */
  public SegmentFeed sealingFeed() {
    return new SealingFeed(part);
  }
}
