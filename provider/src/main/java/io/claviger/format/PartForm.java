package io.claviger.format;

import io.claviger.floe.FloeParameters;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the first bytes of a stored part say, without its data key: nothing of it is proved. For
 * inventories, which find accidents; anyone who can write can forge it.
 */
public final class PartForm {
  private static final int NOT_LAST = -1;

  private final Preamble preamble;
  private final byte[] first;

  private PartForm(Preamble preamble, byte[] first) {
    this.preamble = preamble;
    this.first = first;
  }

  /**
   * Reads the first bytes of a part, {@link Layout#MIN_STORED_BYTES} of them or all.
   *
   * @throws FormatException TRUNCATED, WRONG_MAGIC, UNKNOWN_VERSION, UNKNOWN_FLAGS, PART_NUMBER,
   *     TOO_LARGE, OFFSET or UNKNOWN_PARAMETERS
   */
  public static PartForm of(byte[] first) {
    Preamble preamble = Preamble.decode(first);
    if (first.length < Layout.MIN_STORED_BYTES) {
      throw new FormatException(
          Failure.TRUNCATED,
          "%d bytes where a part has at least %d: the end of the object is missing. Restore it"
              .formatted(first.length, Layout.MIN_STORED_BYTES));
    }
    if (!Layout.FLOE.matches(Arrays.copyOfRange(first, Preamble.BYTES, first.length))) {
      throw new FormatException(
          Failure.UNKNOWN_PARAMETERS,
          "FLOE parameters that version 1 does not have. Use a newer version, or restore the object");
    }
    return new PartForm(preamble, first.clone());
  }

  /** Returns the preamble. */
  public Preamble preamble() {
    return preamble;
  }

  /** Returns FLOE IV and header tag, as an envelope holds them; the array is the caller's. */
  public byte[] hint() {
    int end = Preamble.BYTES + FloeParameters.HEADER_BYTES;
    return Arrays.copyOfRange(first, end - PartOpener.HINT_BYTES, end);
  }

  /**
   * Requires that the first segment says the length that the preamble implies (format 4.2).
   *
   * @throws FormatException SEGMENT if it does not
   */
  public void requireFirstSegment() {
    int stated = ByteBuffer.wrap(first).getInt(Layout.PROLOGUE_BYTES);
    boolean last = Layout.segments(preamble.plainBytes()) == 1;
    int implied = last ? Layout.segmentStoredBytes(0, preamble.plainBytes()) : NOT_LAST;
    if (stated != implied) {
      throw new FormatException(
          Failure.SEGMENT,
          "the first segment has another length than the object says: bytes were changed. Restore the object");
    }
  }
}
