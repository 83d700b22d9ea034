package io.claviger.encryption;

import io.claviger.format.CoveredHeader;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.Envelope;
import io.claviger.format.Layout;
import io.claviger.format.MetadataTags;
import io.claviger.format.PartOpener;
import io.claviger.format.Preamble;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.SecretBytes;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens one object whose data key was unwrapped.
 *
 * <p>Threads: safe; each stream belongs to one thread. Blocking: never the network.
 */
public final class ObjectOpener {
  private final Envelope envelope;
  private final EncryptionContext context;
  private final SecretBytes dataKey;

  /** What {@link #single} found last: the length is asked for first, then the bytes. */
  private volatile @Nullable Proved proved;

  private record Proved(long storedBytes, PartOpener part) {}

  ObjectOpener(Envelope envelope, EncryptionContext context, SecretBytes dataKey) {
    this.envelope = envelope;
    this.context = context;
    this.dataKey = dataKey;
  }

  /** Whether the object is one part. */
  public boolean isSingle() {
    return !envelope.multi();
  }

  /** Returns the caller's own context that the object was sealed with. */
  public EncryptionContext context() {
    return context;
  }

  /** Returns how the object is sealed, proved by the unwrapping. */
  public DeclaredSeal declared() {
    return DeclaredSeal.of(envelope);
  }

  Envelope envelope() {
    return envelope;
  }

  SecretBytes dataKey() {
    return dataKey;
  }

  SecretBytes copyOfDataKey() {
    return dataKey.copy();
  }

  /** Whether a bucket key stands between master key and data key. */
  public boolean hasBucketKey() {
    return envelope.bucketKey() != null;
  }

  /** Returns what the writer's caller asked for: {@code AES256} or {@code aws:kms}. */
  public String sse() {
    return envelope.sse();
  }

  /** Returns the master key's id. */
  public String keyId() {
    return Objects.requireNonNullElse(envelope.keyId(), "");
  }

  /**
   * Returns the plaintext length in bytes of a single-part object of {@code storedBytes} bytes,
   * proved by the header tag that the envelope carries: no body byte is needed.
   *
   * @throws FormatException LENGTH or HEADER_TAG if so many stored bytes are not this object
   */
  public long plainBytes(long storedBytes) {
    return single(storedBytes).preamble().plainBytes();
  }

  /**
   * Returns the headers among {@code found} that are not as the writer sent them (format 3.1).
   *
   * @param found those of the answer that held the envelope
   */
  public Set<CoveredHeader> changedHeaders(CoveredHeaders found) {
    byte[] tags = Objects.requireNonNull(envelope.tags(), "tags");
    return dataKey.use(MetadataTags::new).differing(tags, found);
  }

  /**
   * Verifies that the stored object begins as it was sealed: under this data key, with part 1
   * (format 7.1). Needed before a multipart object is re-wrapped; its envelope proves no byte.
   *
   * @param prologue the first {@link Layout#PROLOGUE_BYTES} stored bytes
   * @throws FormatException as {@link PartOpener#verify}
   */
  public void requireFirstPart(byte[] prologue) {
    dataKey.use(key -> PartOpener.verify(key, prologue, 1));
  }

  private PartOpener single(long storedBytes) {
    Proved known = proved;
    if (known != null && known.storedBytes() == storedBytes) {
      return known.part();
    }
    byte[] hint = envelope.headerHint();
    if (hint == null) {
      throw new FormatException(
          Failure.LAST_PART,
          "internal error: a multipart object has no header beside it; its layout has the length");
    }
    Preamble implied = Preamble.single(Layout.plainBytes(storedBytes));
    PartOpener part = dataKey.use(key -> PartOpener.verifyHint(key, implied, hint));
    proved = new Proved(storedBytes, part);
    return part;
  }

  /**
   * Returns the plaintext of a whole object. Verifies the end too: the last read (-1) means that
   * every stored byte was authenticated. Closing early closes {@code stored} without reading on.
   * The header of the first part is verified before this returns.
   *
   * @param stored all stored bytes from the first
   * @param storedBytes their number as the store says
   * @throws FormatException if the first part's header is not that of this object; the stream
   *     throws it too
   * @throws IOException as {@code stored}
   */
  public InputStream openWhole(InputStream stored, long storedBytes) throws IOException {
    return new OpeningInputStream(sequence(storedBytes), stored, storedBytes);
  }

  private PartSequence sequence(long storedBytes) {
    return new PartSequence(dataKey, storedBytes, isSingle() ? single(storedBytes) : null);
  }

  /**
   * Returns the plaintext of a whole object whose length the headers of its parts proved: the
   * stream has exactly {@code plainBytes} bytes or fails.
   */
  public InputStream openWhole(InputStream stored, long storedBytes, long plainBytes)
      throws IOException {
    return new ProvedLengthStream(openWhole(stored, storedBytes), plainBytes);
  }

  /**
   * Returns the plaintext bytes {@code plainFirst} to {@code plainLast}, inclusive, of a
   * single-part object.
   *
   * @param stored the stored bytes from the first byte of the segment that holds {@code
   *     plainFirst}, at least up to the end of the segment that holds {@code plainLast}
   * @param storedBytes the object's stored size
   * @param plainFirst first plaintext byte wanted
   * @param plainLast last plaintext byte wanted, not behind the end
   * @throws FormatException LENGTH or HEADER_TAG if so many stored bytes are not this object
   */
  public InputStream openRange(
      InputStream stored, long storedBytes, long plainFirst, long plainLast) {
    return new RangeInputStream(single(storedBytes, plainFirst, plainLast), stored);
  }

  private RangeSequence single(long storedBytes, long plainFirst, long plainLast) {
    PartOpener part = single(storedBytes);
    if (plainFirst < 0 || plainFirst > plainLast || plainLast >= part.preamble().plainBytes()) {
      throw new IllegalArgumentException(
          "bytes %d to %d of %d".formatted(plainFirst, plainLast, part.preamble().plainBytes()));
    }
    return new RangeSequence(dataKey, part, 0, plainFirst, plainLast);
  }

  /**
   * Verifies the beginning of a part of a multipart object, wherever it was found.
   *
   * @param prologue the first {@link Layout#PROLOGUE_BYTES} bytes of the part
   * @throws FormatException as {@link PartOpener#verify(byte[], byte[])}
   */
  public PartOpener openPart(byte[] prologue) {
    return dataKey.use(key -> PartOpener.verify(key, prologue));
  }

  /**
   * Returns plaintext bytes of a multipart object, inclusive, which may reach into later parts:
   * their headers are verified on the way.
   *
   * @param stored the stored bytes from the first byte of the segment that holds {@code
   *     plainFirst}, up to the end of the segment that holds {@code plainLast}
   * @param part the part that holds {@code plainFirst}
   * @param partOffset plaintext bytes of the object before it, proved
   * @param plainFirst first plaintext byte of the object that is wanted
   * @param plainLast last plaintext byte of the object that is wanted
   */
  public InputStream openRange(
      InputStream stored, PartOpener part, long partOffset, long plainFirst, long plainLast) {
    return new RangeInputStream(multi(part, partOffset, plainFirst, plainLast), stored);
  }

  private RangeSequence multi(PartOpener part, long partOffset, long plainFirst, long plainLast) {
    long inPart = plainFirst - partOffset;
    if (inPart < 0 || plainFirst > plainLast || inPart >= part.preamble().plainBytes()) {
      throw new IllegalArgumentException(
          "bytes %d to %d, a part of %d at %d"
              .formatted(plainFirst, plainLast, part.preamble().plainBytes(), partOffset));
    }
    return new RangeSequence(dataKey, part, partOffset, plainFirst, plainLast);
  }

  /**
   * As {@link #openWhole}, for stored bytes that come in pieces. The header of the first part is
   * verified when it has come.
   *
   * @param plainBytes the length that was returned before; the feed gives so many bytes or fails
   * @throws FormatException LENGTH or HEADER_TAG if so many stored bytes are not this object
   */
  public SegmentFeed wholeFeed(long storedBytes, long plainBytes) {
    return new OpeningFeed(sequence(storedBytes), plainBytes);
  }

  /**
   * As {@link #openRange(InputStream, long, long, long)}, for stored bytes that come in pieces.
   *
   * @param storedBefore bytes that come before the segment that holds {@code plainFirst}
   */
  public SegmentFeed rangeFeed(
      long storedBytes, long storedBefore, long plainFirst, long plainLast) {
    return new RangeFeed(single(storedBytes, plainFirst, plainLast), storedBefore);
  }

  /**
   * As {@link #openRange(InputStream, PartOpener, long, long, long)}, for stored bytes that come in
   * pieces.
   *
   * @param storedBefore bytes that come before the segment that holds {@code plainFirst}
   */
  public SegmentFeed rangeFeed(
      long storedBefore, PartOpener part, long partOffset, long plainFirst, long plainLast) {
    return new RangeFeed(multi(part, partOffset, plainFirst, plainLast), storedBefore);
  }
}
