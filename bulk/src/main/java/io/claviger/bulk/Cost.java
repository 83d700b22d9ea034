package io.claviger.bulk;

import java.io.Serializable;

/**
 * What a run, or one unit of it, costs: the number of requests by what stores ask for them, and
 * bytes.
 *
 * @param reads GET and HEAD requests
 * @param writes PUT, COPY, POST and LIST requests
 * @param keyCalls calls of the key service
 * @param readBytes bytes that leave the store
 * @param copiedBytes bytes that the store copies inside
 */
public record Cost(long reads, long writes, long keyCalls, long readBytes, long copiedBytes)
    implements Serializable {
  /** Nothing. */
  public static final Cost NONE = new Cost(0, 0, 0, 0, 0);

  /** Returns the sum. */
  public Cost plus(Cost other) {
    return new Cost(
        reads + other.reads,
        writes + other.writes,
        keyCalls + other.keyCalls,
        readBytes + other.readBytes,
        copiedBytes + other.copiedBytes);
  }
}
