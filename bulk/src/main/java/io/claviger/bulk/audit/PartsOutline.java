package io.claviger.bulk.audit;

import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.MultiLayout;
import io.claviger.format.Preamble;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;

/**
 * Whether an object of several parts is there up to its end, as its parts say it: the last part is
 * looked for where equal parts put it, else part by part. Headers are believed.
 */
final class PartsOutline {
  /** More parts than these are not read for a form. */
  private static final int MOST_READS = 1_000;

  private final MultiLayout layout;
  private final long storedBytes;
  private final ObjectForms.Parts parts;

  PartsOutline(long storedBytes, String eTag, Preamble first, ObjectForms.Parts parts) {
    this.storedBytes = storedBytes;
    this.parts = parts;
    this.layout = new MultiLayout(storedBytes);
    layout.add(0, first);
  }

  /**
   * @throws FormatException if there is no last part at the end
   */
  void require() {
    MultiLayout.Part first = layout.part(1);
    if (first == null) {
      throw new FormatException(
          Failure.PART_NUMBER,
          "the object does not begin with its first part: parts are missing. Restore the object");
    }
    if (first.last()) {
      return;
    }
    long supposed = new EqualParts(first.plainBytes(), storedBytes).lastOffset();
    if (isLast(supposed) || isLast(storedBytes - Layout.MIN_STORED_BYTES)) {
      return;
    }
    long next = first.storedEnd();
    for (int reads = 0; reads < MOST_READS; reads++) {
      MultiLayout.Part part = layout.add(next, Preamble.decode(parts.at(next)));
      if (part.last()) {
        return;
      }
      next = part.storedEnd();
    }
  }

  private boolean isLast(long storedOffset) {
    if (storedOffset <= 0 || layout.beginningAt(storedOffset) != null) {
      return false;
    }
    try {
      return layout.add(storedOffset, Preamble.decode(parts.at(storedOffset))).last();
    } catch (FormatException e) {
      return false; // no part begins there
    }
  }
}
