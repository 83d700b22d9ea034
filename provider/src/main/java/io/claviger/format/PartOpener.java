package io.claviger.format;

import io.claviger.floe.FloeException;
import io.claviger.floe.FloeMessage;
import io.claviger.floe.FloeParameters;
import io.claviger.floe.SegmentOpener;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A part whose preamble was verified by the FLOE header tag (format 4.2): its segments open in any
 * order, each at its own place only.
 *
 * <p>Threads: immutable, safe; a {@link Reader} belongs to one thread.
 */
public final class PartOpener {
  /** Length of what {@code claviger-hdr} holds: FLOE IV and header tag. */
  public static final int HINT_BYTES = 64;

  private static final int PARAMETERS_BYTES = FloeParameters.HEADER_BYTES - HINT_BYTES;

  /** How many first bytes {@link #beginsObject} looks at: preamble and FLOE parameters. */
  public static final int BEGINNING_BYTES = Preamble.BYTES + PARAMETERS_BYTES;

  private static final byte[] PARAMETERS =
      ByteBuffer.allocate(PARAMETERS_BYTES)
          .put((byte) 0)
          .put((byte) 0)
          .putInt(Layout.SEGMENT_STORED_BYTES)
          .putInt(32)
          .array();

  private final Preamble preamble;
  private final FloeMessage message;

  private PartOpener(Preamble preamble, FloeMessage message) {
    this.preamble = preamble;
    this.message = message;
  }

  /**
   * Verifies the first {@link Layout#PROLOGUE_BYTES} bytes of a part.
   *
   * @param dataKey 32 bytes, copied
   * @param prologue preamble and FLOE header
   * @param expectedPartNumber the place at which the part was found
   * @throws FormatException TRUNCATED, PART_NUMBER, UNKNOWN_PARAMETERS, HEADER_TAG or what {@link
   *     Preamble#decode} refuses
   */
  public static PartOpener verify(byte[] dataKey, byte[] prologue, int expectedPartNumber) {
    Preamble preamble = decode(prologue);
    if (preamble.partNumber() != expectedPartNumber) {
      throw new FormatException(
          Failure.PART_NUMBER,
          "found part %d where part %d belongs: a part is missing, doubled or out of order. Restore the object"
              .formatted(preamble.partNumber(), expectedPartNumber));
    }
    return verified(dataKey, preamble, headerOf(prologue));
  }

  /**
   * The same for callers that do not know yet which part is there: the number is in {@link
   * #preamble}, and what it means for the object is {@link MultiLayout}'s to judge.
   */
  public static PartOpener verify(byte[] dataKey, byte[] prologue) {
    return verified(dataKey, decode(prologue), headerOf(prologue));
  }

  private static Preamble decode(byte[] prologue) {
    Preamble preamble = Preamble.decode(prologue);
    if (prologue.length != Layout.PROLOGUE_BYTES) {
      throw new FormatException(
          Failure.TRUNCATED,
          "%d bytes where preamble and header have %d; the end of the object is missing. Restore it"
              .formatted(prologue.length, Layout.PROLOGUE_BYTES));
    }
    return preamble;
  }

  private static byte[] headerOf(byte[] prologue) {
    return Arrays.copyOfRange(prologue, Preamble.BYTES, prologue.length);
  }

  /**
   * Verifies a part without its bytes: {@code preamble} is what the stored size implies, {@code
   * hint} is the content of {@code claviger-hdr}.
   *
   * @throws FormatException ENVELOPE_MALFORMED for a hint of another length; HEADER_TAG if the tag
   *     does not prove this preamble
   */
  public static PartOpener verifyHint(byte[] dataKey, Preamble preamble, byte[] hint) {
    if (hint.length != HINT_BYTES) {
      throw new FormatException(
          Failure.ENVELOPE_MALFORMED,
          "claviger-hdr holds %d bytes, expected %d".formatted(hint.length, HINT_BYTES));
    }
    byte[] header =
        ByteBuffer.allocate(FloeParameters.HEADER_BYTES).put(PARAMETERS).put(hint).array();
    return verified(dataKey, preamble, header);
  }

  /** Returns what {@code claviger-hdr} holds of a FLOE header. */
  static byte[] hintOf(byte[] floeHeader) {
    return Arrays.copyOfRange(floeHeader, PARAMETERS_BYTES, floeHeader.length);
  }

  /**
   * Whether {@code bytes} begin as a sealed object does: with the preamble of a part 1 and the FLOE
   * parameters of this format. Proves nothing; other bytes begin so with probability 2^-100 by
   * chance, and whenever their author wants it.
   *
   * @param bytes the first bytes of an object; fewer than {@link #BEGINNING_BYTES} are no sealed
   *     one
   */
  public static boolean beginsObject(byte[] bytes) {
    if (bytes.length < BEGINNING_BYTES) {
      return false;
    }
    try {
      boolean first = Preamble.decode(bytes).partNumber() == 1;
      return first
          && Arrays.equals(PARAMETERS, Arrays.copyOfRange(bytes, Preamble.BYTES, BEGINNING_BYTES));
    } catch (FormatException e) {
      return false;
    }
  }

  private static PartOpener verified(byte[] dataKey, Preamble preamble, byte[] header) {
    try {
      return new PartOpener(
          preamble, FloeMessage.verify(Layout.FLOE, dataKey, header, preamble.floeAad()));
    } catch (FloeException e) {
      throw refused("part " + preamble.partNumber(), e);
    }
  }

  private static FormatException refused(String where, FloeException e) {
    return Refused.by(e, where, "Restore the object or read another version");
  }

  /** Whether a part that begins with {@code prologue} is this one: nothing is left to verify. */
  public boolean beginsWith(byte[] prologue) {
    return Arrays.equals(prologue, preamble.prologue(message.header()));
  }

  /** Returns the preamble, verified. */
  public Preamble preamble() {
    return preamble;
  }

  /** Returns the number of segments. */
  public long segments() {
    return Layout.segments(preamble.plainBytes());
  }

  /** Returns FLOE IV and header tag, 64 bytes, as {@code claviger-hdr} holds them. */
  public byte[] headerHint() {
    return hintOf(message.header());
  }

  /** Returns an opener of segments for one thread. */
  public Reader reader() {
    return new Reader();
  }

  /** Opens segments, in any order. */
  public final class Reader {
    private final SegmentOpener opener = message.opener();

    private Reader() {}

    /**
     * Opens segment {@code number}, all of its {@code length} stored bytes, into {@code
     * out[outOffset..]} and returns the number of plaintext bytes.
     *
     * @throws FormatException SEGMENT if it is not authentic; then nothing of it is in {@code out}
     */
    public int openSegment(
        long number, byte[] stored, int offset, int length, byte[] out, int outOffset) {
      try {
        boolean last = number == segments() - 1;
        return opener.open(number, last, stored, offset, length, out, outOffset);
      } catch (FloeException e) {
        throw refused("part " + preamble.partNumber(), e);
      }
    }
  }
}
