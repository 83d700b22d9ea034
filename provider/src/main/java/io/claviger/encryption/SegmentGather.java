package io.claviger.encryption;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts pieces of any size together to the pieces that are worked on. A piece that is whole in the
 * array of one input is not copied.
 */
final class SegmentGather {
  private final byte[] held;

  /** Invariant: {@code held[0..filled-1]} were taken and belong to the piece being gathered. */
  private int filled;

  private byte[] array;
  private int offset;

  SegmentGather(int capacityBytes) {
    this.held = new byte[capacityBytes];
    this.array = held;
  }

  /**
   * Takes bytes until {@code wanted} are there; then they are at {@link #array} and {@link
   * #offset}, until the next call, and true is returned. Until then the same number is wanted.
   */
  boolean take(ByteBuffer input, int wanted) {
    if (filled == 0 && input.hasArray() && input.remaining() >= wanted) {
      array = input.array();
      offset = input.arrayOffset() + input.position();
      input.position(input.position() + wanted);
      return true;
    }
    if (!hold(input, wanted)) {
      return false;
    }
    filled = 0;
    return true;
  }

  /** As {@link #take}, but copies, and keeps what it has: {@code input} may go away. */
  boolean hold(ByteBuffer input, int wanted) {
    array = held;
    offset = 0;
    int count = Math.min(wanted - filled, input.remaining());
    input.get(held, filled, count);
    filled += count;
    return filled == wanted;
  }

  /** Returns how many bytes of an unfinished piece are there. */
  int heldBytes() {
    return filled;
  }

  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  void wipe() {
    Arrays.fill(held, (byte) 0);
  }
}
