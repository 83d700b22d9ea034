package io.claviger.jca;

import io.claviger.format.EnvelopeMessage;
import io.claviger.format.Layout;
import io.claviger.kms.DataKey;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.GenerateDataKeyRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongConsumer;

/** Seals one message. A segment leaves as soon as a byte after it is there. */
final class EnvelopeSealing implements EnvelopeFlow {
  /** Bound to data keys of messages, so that no other use of the master key opens them. */
  static final Map<String, String> USE = Map.of("claviger:use", "message");

  private static final byte[] NOTHING = new byte[0];
  private static final int BLOCK = 16;
  private static final int PLAIN = Layout.SEGMENT_PLAIN_BYTES;

  private final EnvelopeMessage.Sealer sealer;
  private final LongConsumer counter;

  /**
   * Invariant: {@code pending[0..held-1]} was taken and not yet sealed. Made when something is held
   * back: a message that comes in one piece needs none.
   */
  private byte[] pending = NOTHING;

  private int held;
  private byte[] start;

  private EnvelopeSealing(EnvelopeMessage.Sealer sealer, LongConsumer counter) {
    this.sealer = sealer;
    this.counter = counter;
    this.start = sealer.start();
  }

  /** Returns a message under {@code dataKey}, which serves no other and is closed. */
  static EnvelopeSealing alone(DataKey dataKey, byte[] aad) {
    try (dataKey) {
      return sharing(dataKey, aad, taken -> {});
    }
  }

  /**
   * Returns a message under {@code dataKey}, which is not closed (format 13).
   *
   * @param counter takes the number of plaintext bytes of each piece
   */
  static EnvelopeSealing sharing(DataKey dataKey, byte[] aad, LongConsumer counter) {
    EnvelopeMessage.Sealer sealer =
        dataKey
            .plaintext()
            .use(key -> new EnvelopeMessage.Sealer(key, dataKey.ciphertextBlob(), aad));
    return new EnvelopeSealing(sealer, counter);
  }

  /** Asks the service for the data key of one message. */
  static DataKey freshKey(KmsKey master, EncryptionContext context) {
    return master
        .provider()
        .serviceManager()
        .manager()
        .generateDataKey(GenerateDataKeyRequest.of(master.keyId(), context.withReserved(USE)));
  }

  /** Returns how many bytes stand before the first segment of a message under {@code dataKey}. */
  static int startBytes(DataKey dataKey) {
    return EnvelopeMessage.FIXED_BYTES
        + dataKey.ciphertextBlob().length
        + EnvelopeMessage.HEADER_BYTES;
  }

  /** A block of the next segment shows that this one is not the last. */
  @Override
  public int wantedBytes() {
    return PLAIN - held + BLOCK;
  }

  @Override
  public int updateBytes(byte[] in, int offset, int length) {
    long total = (long) held + length;
    long full = total == 0 ? 0 : (total - 1) / PLAIN;
    return Math.toIntExact(start.length + full * Layout.SEGMENT_STORED_BYTES);
  }

  @Override
  public int finishBytes(byte[] in, int offset, int length) {
    long total = (long) held + length;
    long segments = Math.max(1, (total + PLAIN - 1) / PLAIN);
    return Math.toIntExact(start.length + total + segments * Layout.SEGMENT_OVERHEAD_BYTES);
  }

  @Override
  public int update(byte[] in, int offset, int length, byte[] out, int outOffset) {
    counter.accept(length);
    System.arraycopy(start, 0, out, outOffset, start.length);
    int made = start.length;
    start = NOTHING;
    int at = offset;
    int end = offset + length;
    while (held + (end - at) > PLAIN) {
      int missing = PLAIN - held;
      made += sealer.seal(false, pending, held, in, at, missing, out, outOffset + made);
      held = 0;
      at += missing;
    }
    if (at < end && pending.length == 0) {
      pending = new byte[PLAIN];
    }
    System.arraycopy(in, at, pending, held, end - at);
    held += end - at;
    return made;
  }

  @Override
  public int finish(byte[] in, int offset, int length, byte[] out, int outOffset) {
    boolean atOnce = held == 0 && length <= PLAIN;
    int made = update(in, offset, atOnce ? 0 : length, out, outOffset);
    counter.accept(atOnce ? length : 0);
    made +=
        sealer.seal(true, pending, held, in, offset, atOnce ? length : 0, out, outOffset + made);
    close();
    return made;
  }

  @Override
  public void requireHealthy() {}

  @Override
  public void close() {
    Arrays.fill(pending, (byte) 0);
    held = 0;
  }
}
