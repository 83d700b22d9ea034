package io.claviger.jca;

import java.nio.ByteBuffer;

/** One MAC under way, wherever its key is. Threads: one thread at a time. */
interface MacWork {
  void update(byte[] input, int offset, int length);

  /** Takes the bytes from the position to the limit, and moves the position there. */
  void update(ByteBuffer input);

  /** Returns the MAC, which belongs to the caller, and begins again under the same key. */
  byte[] doFinal();

  /** Begins again under the same key. */
  void reset();

  /** Returns another MAC under way, from where this one is. */
  MacWork copy() throws CloneNotSupportedException;
}
