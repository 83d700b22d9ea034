package io.claviger.encryption;

import io.claviger.format.Layout;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The plaintext of a whole object, part by part. The end (-1) means that every stored byte was
 * authenticated and none came after the last part; a segment is given out only after the bytes
 * behind it were accounted for.
 */
final class OpeningInputStream extends SegmentStream {
  private final InputStream stored;
  private final PartSequence parts;
  private final byte[] segment;

  /** Verifies the first part's header. */
  OpeningInputStream(PartSequence parts, InputStream stored, long storedBytes) throws IOException {
    super(atMost(Layout.SEGMENT_PLAIN_BYTES, storedBytes));
    this.segment = new byte[atMost(Layout.SEGMENT_STORED_BYTES, storedBytes)];
    this.stored = stored;
    this.parts = parts;
    parts.open(stored.readNBytes(Layout.PROLOGUE_BYTES));
  }

  private static int atMost(int segmentBytes, long storedBytes) {
    return (int) Math.max(0, Math.min(segmentBytes, storedBytes));
  }

  @Override
  @Nullable Filled fill(byte[] out) throws IOException {
    if (parts.complete()) {
      return null;
    }
    if (parts.atPart()) {
      parts.open(stored.readNBytes(Layout.PROLOGUE_BYTES));
    }
    int wanted = parts.nextStoredBytes();
    int got = stored.readNBytes(segment, 0, wanted);
    if (got < wanted) {
      throw parts.truncated(got);
    }
    if (parts.atVeryLast() && stored.read() >= 0) {
      throw PartSequence.trailing();
    }
    return new Filled(0, parts.openSegment(segment, 0, out));
  }

  @Override
  boolean more() {
    return parts.hasPlaintext();
  }

  @Override
  void release() throws IOException {
    stored.close();
  }
}
