package io.claviger.floe;

import io.claviger.engine.AesGcm;
import io.claviger.engine.Hkdf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of one message: FLOE_KDF and DERIVE_KEY of the specification ("Internal Functions").
 *
 * <p>Immutable and safe for threads. A {@link Rotating} cipher keeps the key of the last segment: a
 * rotation comes every 2^20 segments only.
 */
final class FloeKeys {
  private static final int MESSAGE_KEY_BYTES = 48;
  private static final byte[] HEADER_TAG = ascii("HEADER_TAG:");
  private static final byte[] MESSAGE_KEY = ascii("MESSAGE_KEY:");
  private static final byte[] SEGMENT_KEY = ascii("DEK:");

  private final FloeParameters parameters;
  private final byte[] iv;
  private final byte[] aad;
  private final byte[] headerTag;
  private final byte[] messageKey;

  FloeKeys(FloeParameters parameters, byte[] key, byte[] iv, byte[] aad) {
    if (key.length != FloeParameters.KEY_BYTES || iv.length != FloeParameters.IV_BYTES) {
      throw new IllegalArgumentException(
          "a FLOE key and IV have %d bytes each, not %d and %d"
              .formatted(FloeParameters.KEY_BYTES, key.length, iv.length));
    }
    this.parameters = parameters;
    this.iv = iv.clone();
    this.aad = aad.clone();
    this.headerTag = derive(key, HEADER_TAG, FloeParameters.HEADER_TAG_BYTES);
    this.messageKey = derive(key, MESSAGE_KEY, MESSAGE_KEY_BYTES);
  }

  FloeParameters parameters() {
    return parameters;
  }

  byte[] headerTag() {
    return headerTag.clone();
  }

  byte[] header() {
    return ByteBuffer.allocate(FloeParameters.HEADER_BYTES)
        .put(parameters.encode())
        .put(iv)
        .put(headerTag)
        .array();
  }

  private byte[] derive(byte[] key, byte[] purpose, int length) {
    byte[] info =
        ByteBuffer.allocate(FloeParameters.ENCODED_BYTES + iv.length + purpose.length + aad.length)
            .put(parameters.encode())
            .put(iv)
            .put(purpose)
            .put(aad)
            .array();
    return Hkdf.SHA_384.expand(key, info, length);
  }

  private byte[] segmentKey(long firstSegment) {
    byte[] purpose =
        ByteBuffer.allocate(SEGMENT_KEY.length + Long.BYTES)
            .put(SEGMENT_KEY)
            .putLong(firstSegment)
            .array();
    return derive(messageKey, purpose, FloeParameters.KEY_BYTES);
  }

  /** A cipher that follows the key rotation; belongs to one thread. */
  final class Rotating {
    private final AesGcm gcm;
    private long keyedFor;

    Rotating() {
      byte[] key = segmentKey(0);
      gcm = new AesGcm(key);
      Arrays.fill(key, (byte) 0);
    }

    AesGcm forSegment(long number) {
      long first = parameters.firstUnderSameKey(number);
      if (first != keyedFor) {
        byte[] key = segmentKey(first);
        gcm.rekey(key);
        Arrays.fill(key, (byte) 0);
        keyedFor = first;
      }
      return gcm;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
