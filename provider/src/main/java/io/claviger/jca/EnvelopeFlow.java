package io.claviger.jca;

/**
 * One message of {@code Cipher} {@code KMSEnvelope} on its way through: bytes in, bytes out, in
 * bounded memory. Input and output must not overlap.
 *
 * <p>Threads: one at a time.
 */
interface EnvelopeFlow {
  /**
   * Returns how many bytes, at least one, to give {@link #update} next so that most of them pass
   * without being copied and at most one segment comes out.
   */
  int wantedBytes();

  /** Returns how many bytes {@link #update} of this input gives at most. */
  int updateBytes(byte[] in, int offset, int length);

  /** Returns how many bytes {@link #finish} with this input gives at most. */
  int finishBytes(byte[] in, int offset, int length);

  /**
   * Takes input and returns the number of bytes put at {@code out[outOffset..]}; there must be room
   * for {@link #updateBytes}. A failure is kept for {@link #failure}, and nothing comes after it.
   */
  int update(byte[] in, int offset, int length, byte[] out, int outOffset);

  /**
   * Takes the last input and ends the message; as {@link #update}, but throws the failure, and then
   * leaves nothing in {@code out}.
   *
   * @throws io.claviger.object.FormatException what is wrong with a message to open
   * @throws io.claviger.kms.KmsException what the service says of its data key
   */
  int finish(byte[] in, int offset, int length, byte[] out, int outOffset);

  /** Throws what went wrong, if anything did. */
  void requireHealthy();

  /** Wipes what is held. */
  void close();
}
