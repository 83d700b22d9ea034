package io.claviger.format;

import io.claviger.engine.AesGcm;
import io.claviger.engine.Keystream;
import io.claviger.floe.FloeMessage;
import io.claviger.floe.SegmentSealer;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.util.Arrays;

/**
 * Seals one part for one API call: every pass over the source gives the same bytes (format 5.2).
 *
 * <p>All IVs come from one random seed, block by block of a keystream: blocks 0 and 1 are the FLOE
 * IV, block 2 + n begins with the IV of segment n. The tag of each segment that was made is kept,
 * 16 bytes per 64 KiB; a later pass that comes to another tag read another source and is refused,
 * so that no key and IV ever meet two plaintexts on the wire.
 *
 * <p>Threads: safe; a pass belongs to one thread. An abandoned pass may still run beside a new one.
 */
public final class PartSealer {
  /** Length of a seed in bytes. */
  public static final int SEED_BYTES = 32;

  private static final int FLOE_IV_BLOCKS = 2;

  private final Preamble preamble;
  private final byte[] seed;
  private final FloeMessage message;
  private final Tags tags = new Tags();

  /**
   * Begins a part. Arrays are copied.
   *
   * @param dataKey 32 bytes
   * @param seed 32 fresh random bytes, never used for another part
   */
  public PartSealer(byte[] dataKey, Preamble preamble, byte[] seed) {
    this.preamble = preamble;
    this.seed = seed.clone();
    byte[] iv = new byte[FLOE_IV_BLOCKS * Keystream.BLOCK_BYTES];
    Keystream ivs = new Keystream(seed);
    for (int i = 0; i < FLOE_IV_BLOCKS; i++) {
      ivs.block(i, Keystream.BLOCK_BYTES, iv, i * Keystream.BLOCK_BYTES);
    }
    this.message = FloeMessage.begin(Layout.FLOE, dataKey, iv, preamble.floeAad());
  }

  /** Returns the preamble. */
  public Preamble preamble() {
    return preamble;
  }

  /** Returns FLOE IV and header tag, 64 bytes, for {@code claviger-hdr}. */
  public byte[] headerHint() {
    return PartOpener.hintOf(message.header());
  }

  /** Begins a pass over the source, for one thread. */
  public Pass newPass() {
    return new Pass();
  }

  /** One reading of the source, from its first byte. */
  public final class Pass {
    private final SegmentSealer sealer = message.sealer();
    private final Keystream ivs = new Keystream(seed);
    private final byte[] iv = new byte[AesGcm.IV_BYTES];
    private final long segments = Layout.segments(preamble.plainBytes());
    private long next;

    private Pass() {}

    /**
     * Returns preamble and FLOE header, the first {@link Layout#PROLOGUE_BYTES} bytes of the part.
     */
    public byte[] prologue() {
      return preamble.prologue(message.header());
    }

    /**
     * Seals the next segment into {@code out[outOffset..]} and returns its stored length.
     *
     * @throws FormatException SOURCE_LENGTH if {@code length} is not what the announced plaintext
     *     leaves for this segment; SOURCE_CHANGED if an earlier pass read other bytes here: then
     *     nothing of it is in {@code out}
     */
    public int sealSegment(byte[] plain, int offset, int length, byte[] out, int outOffset) {
      int expected = next < segments ? Layout.segmentPlainBytes(next, preamble.plainBytes()) : -1;
      if (length != expected) {
        throw new FormatException(
            Failure.SOURCE_LENGTH,
            "segment %d: %d bytes, the announced length of %d leaves %d"
                .formatted(next, length, preamble.plainBytes(), expected));
      }
      ivs.block(FLOE_IV_BLOCKS + next, AesGcm.IV_BYTES, iv, 0);
      boolean last = next == segments - 1;
      int sealed = sealer.seal(next, last, iv, 0, plain, offset, length, out, outOffset);
      if (!tags.sameOrNew(next, out, outOffset + sealed - AesGcm.TAG_BYTES)) {
        Arrays.fill(out, outOffset, outOffset + sealed, (byte) 0);
        throw new FormatException(
            Failure.SOURCE_CHANGED,
            "segment %d: the source changed between attempts. Nothing of the new bytes was sent; repeat the call with a source that stays the same"
                .formatted(next));
      }
      next++;
      return sealed;
    }
  }

  /** The tags of the segments made so far, in order; grows with the part. */
  private static final class Tags {
    private byte[] tags = new byte[16 * AesGcm.TAG_BYTES];
    private long known;

    synchronized boolean sameOrNew(long number, byte[] sealed, int offset) {
      int at = Math.toIntExact(number * AesGcm.TAG_BYTES);
      int end = at + AesGcm.TAG_BYTES;
      if (number < known) {
        return Arrays.equals(tags, at, end, sealed, offset, offset + AesGcm.TAG_BYTES);
      }
      if (end > tags.length) {
        tags = Arrays.copyOf(tags, 2 * tags.length);
      }
      System.arraycopy(sealed, offset, tags, at, AesGcm.TAG_BYTES);
      known = number + 1;
      return true;
    }
  }
}
