package io.claviger.jca;

import java.nio.ByteBuffer;

/**
 * Whether the input and the output of one call may share memory, as far as Java shows it. A cipher
 * that holds bytes back from an earlier call writes ahead of where it reads, so shared memory needs
 * a copy of the input; so does an output that begins anywhere but at the input's first byte.
 */
final class Overlap {
  /** Addresses of direct buffers are compared modulo this: the largest unit that Java answers. */
  private static final int UNIT = 1 << 30;

  private Overlap() {}

  /**
   * Whether writing may overwrite input that was not read yet.
   *
   * @param holding whether bytes of an earlier call may still be held back
   */
  static boolean mayOverwrite(
      byte[] input, int offset, byte[] output, int outputOffset, boolean holding) {
    return input == output && (holding || offset != outputOffset);
  }

  /**
   * Whether writing may overwrite input that was not read yet, for buffers from their positions to
   * their limits. True also where Java does not show the memory: a read-only buffer of an array.
   */
  static boolean mayOverwrite(ByteBuffer input, ByteBuffer output, boolean holding) {
    if (input.isDirect() != output.isDirect()) {
      return false;
    }
    if (input.isDirect()) {
      return mayOverwriteDirect(input, output, holding);
    }
    if (!input.hasArray() || !output.hasArray()) {
      return true;
    }
    return mayOverwrite(
        input.array(),
        input.arrayOffset() + input.position(),
        output.array(),
        output.arrayOffset() + output.position(),
        holding);
  }

  private static boolean mayOverwriteDirect(ByteBuffer input, ByteBuffer output, boolean holding) {
    int ahead =
        output.alignmentOffset(output.position(), UNIT)
                - input.alignmentOffset(input.position(), UNIT)
            & UNIT - 1;
    boolean apart = ahead >= input.remaining() && UNIT - ahead >= output.remaining();
    return !apart && (holding || ahead != 0);
  }

  /** Returns the bytes of {@code input} in an array of their own; its position does not change. */
  static byte[] copyOf(ByteBuffer input) {
    byte[] copy = new byte[input.remaining()];
    input.duplicate().get(copy);
    return copy;
  }
}
