package io.claviger.format;

import io.claviger.floe.FloeException;
import io.claviger.floe.FloeMessage;
import io.claviger.floe.FloeParameters;
import io.claviger.floe.SequentialOpener;
import io.claviger.floe.SequentialSealer;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message of {@code Cipher} {@code KMSEnvelope} (format 13): {@code "CLVM" | version 1 | flags 1
 * | length 2 | wrapped data key}, then a FLOE message of any length under that data key. Numbers
 * are big-endian.
 *
 * <p>Threads: sealers and openers belong to one thread.
 */
public final class EnvelopeMessage {
  /** Length of what stands before the wrapped data key. */
  public static final int FIXED_BYTES = 8;

  /** Length of the FLOE header, which follows the wrapped data key. */
  public static final int HEADER_BYTES = FloeParameters.HEADER_BYTES;

  /** Most bytes of a wrapped data key. */
  public static final int MAX_WRAPPED_BYTES = 0xFFFF;

  /** What to do about a damaged message. */
  public static final String ADVICE = "Decrypt an undamaged copy of the message";

  private static final int MAGIC = 0x434C564D;
  private static final byte VERSION = 1;
  private static final byte[] AAD_LABEL =
      "io.claviger/message/v1\0".getBytes(StandardCharsets.US_ASCII);

  private EnvelopeMessage() {}

  private static byte[] prologue(byte[] wrapped) {
    if (wrapped.length == 0 || wrapped.length > MAX_WRAPPED_BYTES) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "a wrapped data key of %d bytes, expected 1 to %d"
              .formatted(wrapped.length, MAX_WRAPPED_BYTES));
    }
    return ByteBuffer.allocate(FIXED_BYTES + wrapped.length)
        .putInt(MAGIC)
        .put(VERSION)
        .put((byte) 0)
        .putShort((short) wrapped.length)
        .put(wrapped)
        .array();
  }

  /** Whether these bytes begin as a message does. Proves nothing. */
  public static boolean begins(byte[] bytes) {
    return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == MAGIC;
  }

  /**
   * Returns the length of the wrapped data key that the first {@link #FIXED_BYTES} bytes announce.
   *
   * @throws FormatException WRONG_MAGIC, UNKNOWN_VERSION, UNKNOWN_FLAGS or LENGTH
   */
  public static int wrappedBytes(byte[] start) {
    ByteBuffer fixed = ByteBuffer.wrap(start, 0, FIXED_BYTES);
    if (fixed.getInt() != MAGIC) {
      throw new FormatException(
          Failure.WRONG_MAGIC,
          "the bytes are no message of Cipher KMSEnvelope: no \"CLVM\". Give it what KMSEnvelope sealed; a blob of Cipher KMS opens with that");
    }
    byte version = fixed.get();
    if (version != VERSION) {
      throw new FormatException(
          Failure.UNKNOWN_VERSION,
          "a KMSEnvelope message of version %d, this library knows version %d. Use a newer library"
              .formatted(version & 0xff, VERSION));
    }
    byte flags = fixed.get();
    if (flags != 0) {
      throw new FormatException(
          Failure.UNKNOWN_FLAGS,
          "a KMSEnvelope message with flags %02x, expected 00. %s".formatted(flags, ADVICE));
    }
    int length = Short.toUnsignedInt(fixed.getShort());
    if (length == 0) {
      throw new FormatException(
          Failure.LENGTH, "a KMSEnvelope message without a data key. " + ADVICE);
    }
    return length;
  }

  /** Associated data of the FLOE message: label, prologue, what the caller gave. */
  private static byte[] aad(byte[] prologue, byte[] callers) {
    return ByteBuffer.allocate(AAD_LABEL.length + prologue.length + callers.length)
        .put(AAD_LABEL)
        .put(prologue)
        .put(callers)
        .array();
  }

  /** Seals one message from its first segment to its last. */
  public static final class Sealer {
    private final byte[] start;
    private final SequentialSealer segments;

    /** Begins a message; {@code dataKey} (32 bytes) must never have sealed another one. */
    public Sealer(byte[] dataKey, byte[] wrapped, byte[] aad) {
      byte[] prologue = prologue(wrapped);
      FloeMessage message = FloeMessage.begin(Layout.FLOE, dataKey, aad(prologue, aad));
      this.start =
          ByteBuffer.allocate(prologue.length + HEADER_BYTES)
              .put(prologue)
              .put(message.header())
              .array();
      this.segments = new SequentialSealer(message);
    }

    /** Returns what stands before the first segment. */
    public byte[] start() {
      return start.clone();
    }

    /**
     * Seals the next segment, full unless {@code last}, and returns its length: the first {@code
     * headBytes} of {@code head}, then {@code length} bytes of {@code plain}.
     */
    public int seal(
        boolean last,
        byte[] head,
        int headBytes,
        byte[] plain,
        int offset,
        int length,
        byte[] out,
        int outOffset) {
      return segments.seal(last, head, headBytes, plain, offset, length, out, outOffset);
    }
  }

  /** Opens one message in order. After a refusal every call is refused. */
  public static final class Opener {
    private final SequentialOpener segments;

    /**
     * Verifies the start of a message.
     *
     * @param start prologue and FLOE header
     * @throws FormatException UNKNOWN_PARAMETERS or HEADER_TAG
     */
    public Opener(byte[] dataKey, byte[] start, byte[] aad) {
      ByteBuffer bytes = ByteBuffer.wrap(start);
      byte[] prologue = new byte[start.length - HEADER_BYTES];
      byte[] header = new byte[HEADER_BYTES];
      bytes.get(prologue).get(header);
      try {
        this.segments =
            new SequentialOpener(
                FloeMessage.verify(Layout.FLOE, dataKey, header, aad(prologue, aad)));
      } catch (FloeException e) {
        throw Refused.by(e, "message:", ADVICE);
      }
    }

    /**
     * Whether the segment at {@code offset}, of which at least 4 bytes are there, says that it is
     * the last. Not proved before it was opened.
     */
    public static boolean saysLast(byte[] segment, int offset) {
      return SequentialOpener.saysLast(segment, offset);
    }

    /**
     * Opens the next segment and returns the number of plaintext bytes.
     *
     * @throws FormatException SEGMENT; then nothing of it is in {@code out}
     */
    public int open(byte[] segment, int offset, int length, byte[] out, int outOffset) {
      try {
        return segments.open(segment, offset, length, out, outOffset);
      } catch (FloeException e) {
        throw Refused.by(e, "message:", ADVICE);
      }
    }

    /**
     * Opens what stands at the end of the message, which is to be its last segment, and returns the
     * number of plaintext bytes.
     *
     * @throws FormatException TRUNCATED or TRAILING_BYTES if the segment says that it is longer or
     *     shorter; else as {@link #open}; then nothing of it is in {@code out}
     */
    public int openEnd(byte[] piece, int length, byte[] out, int outOffset) {
      long said =
          length < Integer.BYTES
              ? Integer.BYTES
              : SequentialOpener.saidBytes(piece, 0, Layout.FLOE);
      boolean possible = said <= Layout.SEGMENT_STORED_BYTES;
      if (length < said && possible) {
        throw new FormatException(
            Failure.TRUNCATED,
            "the message ends within a segment, after %d of %d bytes. %s"
                .formatted(length, said, ADVICE));
      }
      if (length > said && said >= Layout.SEGMENT_OVERHEAD_BYTES) {
        throw new FormatException(
            Failure.TRAILING_BYTES,
            "%d bytes after the last segment of the message: they were added. %s"
                .formatted(length - said, ADVICE));
      }
      return open(piece, 0, length, out, outOffset);
    }

    /**
     * Requires that the last segment was opened.
     *
     * @throws FormatException TRUNCATED otherwise
     */
    public void requireComplete() {
      if (!segments.isComplete()) {
        throw new FormatException(
            Failure.TRUNCATED, "the message ends before its last segment. " + ADVICE);
      }
    }
  }
}
