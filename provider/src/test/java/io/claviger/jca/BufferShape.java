package io.claviger.jca;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/** The ways in which a caller may hand a piece to a cipher and take what comes out. */
enum BufferShape {
  RETURNED,
  ARRAYS,
  IN_PLACE,
  OVERLAPPING,
  DIRECT,
  READ_ONLY,
  SHARED_MEMORY,
  SHORT_FIRST;

  /** What stands in an output before a call. */
  static final byte UNTOUCHED = 0x5A;

  private static final int MOST_PAD_BYTES = 40;

  /** One call: {@code doFinal} when it is the last. */
  record Call(Cipher cipher, byte[] piece, boolean last) {
    int roomBytes() {
      return cipher.getOutputSize(piece.length);
    }

    int arrays(byte[] in, int at, byte[] out, int outAt) throws GeneralSecurityException {
      return last
          ? cipher.doFinal(in, at, piece.length, out, outAt)
          : cipher.update(in, at, piece.length, out, outAt);
    }

    int buffers(ByteBuffer in, ByteBuffer out) throws GeneralSecurityException {
      return last ? cipher.doFinal(in, out) : cipher.update(in, out);
    }
  }

  /** Returns what came out. A call that fails must leave nothing in an output of its own. */
  byte[] run(Call call, Random random) throws GeneralSecurityException {
    byte[] piece = call.piece();
    int pad = random.nextInt(MOST_PAD_BYTES);
    int room = call.roomBytes();
    switch (this) {
      case RETURNED:
        byte[] all = call.last() ? call.cipher().doFinal(piece) : call.cipher().update(piece);
        return all == null ? new byte[0] : all;
      case ARRAYS:
        byte[] in = new byte[pad + piece.length];
        System.arraycopy(piece, 0, in, pad, piece.length);
        return intoOwn(filled(pad + room), pad, out -> call.arrays(in, pad, out, pad));
      case IN_PLACE:
        return inOne(call, pad, pad, room);
      case OVERLAPPING:
        return inOne(call, pad, random.nextInt(MOST_PAD_BYTES), room);
      case DIRECT:
        ByteBuffer source = ByteBuffer.allocateDirect(piece.length).put(piece).flip();
        return intoOwn(source, ByteBuffer.allocateDirect(room), call);
      case READ_ONLY:
        return intoOwn(ByteBuffer.wrap(piece).asReadOnlyBuffer(), ByteBuffer.allocate(room), call);
      case SHARED_MEMORY:
        return inOneBuffer(call, pad, random.nextInt(MOST_PAD_BYTES), room);
      default:
        return shortFirst(call, room);
    }
  }

  /** A call that writes into an array. */
  private interface IntoArray {
    int run(byte[] out) throws GeneralSecurityException;
  }

  private static byte[] filled(int bytes) {
    byte[] out = new byte[bytes];
    Arrays.fill(out, UNTOUCHED);
    return out;
  }

  private static byte[] intoOwn(byte[] out, int at, IntoArray call)
      throws GeneralSecurityException {
    try {
      int made = call.run(out);
      return Arrays.copyOfRange(out, at, at + made);
    } catch (GeneralSecurityException e) {
      requireNothingIn(out);
      throw e;
    }
  }

  private static byte[] intoOwn(ByteBuffer source, ByteBuffer out, Call call)
      throws GeneralSecurityException {
    for (int i = 0; i < out.capacity(); i++) {
      out.put(i, UNTOUCHED);
    }
    try {
      int made = call.buffers(source, out);
      byte[] all = new byte[made];
      out.flip().get(all);
      return all;
    } catch (GeneralSecurityException e) {
      byte[] left = new byte[out.capacity()];
      out.clear().get(left);
      requireNothingIn(left);
      throw e;
    }
  }

  private static void requireNothingIn(byte[] out) {
    for (byte each : out) {
      if (each != UNTOUCHED && each != 0) {
        throw new AssertionError("a call that failed left bytes in its output");
      }
    }
  }

  private static byte[] inOne(Call call, int at, int outAt, int room)
      throws GeneralSecurityException {
    byte[] both = new byte[Math.max(at + call.piece().length, outAt + room)];
    System.arraycopy(call.piece(), 0, both, at, call.piece().length);
    int made = call.arrays(both, at, both, outAt);
    return Arrays.copyOfRange(both, outAt, outAt + made);
  }

  private static byte[] inOneBuffer(Call call, int at, int outAt, int room)
      throws GeneralSecurityException {
    ByteBuffer both = ByteBuffer.allocate(Math.max(at + call.piece().length, outAt + room));
    ByteBuffer in = both.duplicate().position(at).limit(at + call.piece().length);
    in.duplicate().put(call.piece());
    ByteBuffer out = both.duplicate().position(outAt);
    int made = call.buffers(in, out);
    byte[] all = new byte[made];
    both.duplicate().position(outAt).get(all);
    return all;
  }

  /** Without any room first; nothing may be lost by that. */
  private static byte[] shortFirst(Call call, int room) throws GeneralSecurityException {
    byte[] piece = call.piece();
    try {
      call.arrays(piece, 0, new byte[0], 0);
      return new byte[0];
    } catch (ShortBufferException e) {
      return intoOwn(filled(room), 0, out -> call.arrays(piece, 0, out, 0));
    }
  }
}
