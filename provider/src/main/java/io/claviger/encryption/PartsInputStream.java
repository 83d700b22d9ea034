package io.claviger.encryption;

import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sealed parts of a source of unknown length, one after the other as they are read (format 6).
 * One part is in memory at a time, since a part names its length in front. A failure is final.
 *
 * <p>Threads: one at a time. Blocking: as the source.
 */
final class PartsInputStream extends InputStream {
  private static final int END = -1;

  private final UploadSealer upload;
  private final InputStream source;
  private final byte[] plain;

  /** The byte after the part in memory, {@link #END} at the end of the source. */
  private int ahead;

  private boolean begun;
  private boolean closingPartIsNext;
  private boolean complete;
  private int number;
  private long offset;
  private @Nullable InputStream part;
  private @Nullable IOException failed;
  private @Nullable RuntimeException refused;

  /** Takes over {@code upload} and {@code source}: closing closes both. */
  PartsInputStream(UploadSealer upload, InputStream source, int partBytes) {
    this.upload = upload;
    this.source = source;
    this.plain = new byte[partBytes];
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? END : one[0] & 0xff;
  }

  @Override
  public int read(byte[] out, int from, int length) throws IOException {
    requireHealthy();
    try {
      return length == 0 ? 0 : next(out, from, length);
    } catch (IOException e) {
      failed = e;
      throw e;
    } catch (RuntimeException e) {
      refused = e;
      throw e;
    }
  }

  private void requireHealthy() throws IOException {
    if (failed != null) {
      throw failed;
    }
    if (refused != null) {
      throw refused;
    }
  }

  /** Above 0 as long as a byte is to come, 0 after the last; never blocks. */
  @Override
  public int available() throws IOException {
    requireHealthy();
    int inPart = part == null ? 0 : part.available();
    return inPart > 0 || complete ? inPart : 1;
  }

  private int next(byte[] out, int from, int length) throws IOException {
    while (true) {
      InputStream current = part;
      if (current == null) {
        if (complete) {
          return END;
        }
        current = nextPart();
        part = current;
      }
      int read = current.read(out, from, length);
      if (read >= 0) {
        return read;
      }
      part = null;
    }
  }

  private InputStream nextPart() throws IOException {
    number++;
    if (closingPartIsNext) {
      complete = true;
      return upload.closingPart(number, offset).seal(InputStream.nullInputStream());
    }
    int filled = fill();
    boolean more = ahead != END;
    if (more && number == Preamble.MAX_PART_NUMBER) {
      throw new FormatException(
          Failure.TOO_LARGE,
          "the source gave more than %d parts of %d bytes, which is all that one sealed stream holds. Announce its length, or seal it in several streams"
              .formatted(Preamble.MAX_PART_NUMBER, plain.length));
    }
    ObjectSealer sealer = upload.part(number, filled, offset);
    offset += filled;
    boolean isLast =
        sealer.storedBytes() < Layout.MIN_PART_STORED_BYTES || number == Preamble.MAX_PART_NUMBER;
    complete = !more && isLast;
    closingPartIsNext = !more && !isLast;
    return sealer.seal(new ByteArrayInputStream(plain, 0, filled));
  }

  /** Fills the part and looks one byte ahead: only the last part may be short. */
  private int fill() throws IOException {
    int filled = 0;
    if (begun) {
      plain[0] = (byte) ahead;
      filled = 1;
    }
    begun = true;
    filled += source.readNBytes(plain, filled, plain.length - filled);
    ahead = filled < plain.length ? END : source.read();
    return filled;
  }

  @Override
  public void close() throws IOException {
    Arrays.fill(plain, (byte) 0);
    if (failed == null) {
      failed = new IOException("this stream was closed");
    }
    upload.close();
    source.close();
  }
}
