package io.claviger.floe;

import io.claviger.engine.AesGcm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Layout of a segment: {@code length 4 | IV 12 | ciphertext | tag 16} (c2sp.org/FLOE, "FLOE
 * Ciphertext Layout"), and of the associated data of its AES-GCM: {@code number 8 | last 1}.
 */
final class FloeSegment {
  static final int LENGTH_OFFSET = 0;
  static final int IV_OFFSET = LENGTH_OFFSET + FloeParameters.LENGTH_BYTES;
  static final int CIPHERTEXT_OFFSET = IV_OFFSET + AesGcm.IV_BYTES;
  static final int AAD_BYTES = Long.BYTES + 1;

  /** Length field of every segment but the last. */
  static final int NOT_LAST = 0xFFFFFFFF;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private FloeSegment() {}

  static int length(byte[] segment, int offset) {
    return (int) INT.get(segment, offset + LENGTH_OFFSET);
  }

  static void setLength(byte[] segment, int offset, int length) {
    INT.set(segment, offset + LENGTH_OFFSET, length);
  }

  static void setAad(byte[] aad, long number, boolean last) {
    LONG.set(aad, 0, number);
    aad[Long.BYTES] = (byte) (last ? 1 : 0);
  }
}
