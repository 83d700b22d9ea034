package io.claviger.engine;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A pseudorandom sequence of 16-byte blocks with random access: AES-256-CTR over zeros (NIST SP
 * 800-38A section 6.5), the block number as counter.
 *
 * <p>Blocks are made {@value #BATCH_BLOCKS} at a time: one cipher call serves that many segments.
 *
 * <p>Threads: one thread at a time.
 */
public final class Keystream {
  /** Length of a block in bytes. */
  public static final int BLOCK_BYTES = 16;

  private static final int BATCH_BLOCKS = 64;
  private static final byte[] ZEROS = new byte[BATCH_BLOCKS * BLOCK_BYTES];

  private final Cipher cipher = RawCiphers.cipher("AES/CTR/NoPadding");
  private final SecretKeySpec key;
  private final byte[] batch = new byte[ZEROS.length];
  private final byte[] counter = new byte[BLOCK_BYTES];
  private long batchStart = -1;

  /** Makes the sequence of {@code seed} (32 bytes, copied). */
  public Keystream(byte[] seed) {
    this.key = new SecretKeySpec(seed, "AES");
  }

  /** Copies the first {@code length} bytes (at most 16) of block {@code number} to {@code out}. */
  public void block(long number, int length, byte[] out, int offset) {
    long start = number - number % BATCH_BLOCKS;
    if (start != batchStart) {
      load(start);
    }
    System.arraycopy(batch, (int) (number - start) * BLOCK_BYTES, out, offset, length);
  }

  private void load(long start) {
    Arrays.fill(counter, (byte) 0);
    for (int i = 0; i < Long.BYTES; i++) {
      counter[BLOCK_BYTES - 1 - i] = (byte) (start >>> (8 * i));
    }
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
      cipher.doFinal(ZEROS, 0, ZEROS.length, batch, 0);
      batchStart = start;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("internal error: AES-CTR: " + e.getMessage(), e);
    }
  }
}
