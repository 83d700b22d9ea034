package io.claviger.floe;

import io.claviger.engine.Entropy;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * One FLOE message: its key, associated data and header, from which segments are sealed and opened.
 *
 * <p>Guarantees (c2sp.org/FLOE): the header commits to key, associated data and parameters; a
 * segment opens only at its own place of its own message. The caller sees to it that every segment
 * is there: {@link SequentialSealer} and {@link SequentialOpener} do that for whole messages.
 *
 * <p>Threads: immutable, safe. The sealers and openers that it makes belong to one thread each.
 */
public final class FloeMessage {
  private final FloeKeys keys;

  private FloeMessage(FloeKeys keys) {
    this.keys = keys;
  }

  /**
   * Begins a message (startEncryption) with a given IV. The same key and IV must never seal two
   * messages; arrays are copied.
   *
   * @param key 32 bytes
   * @param iv 32 bytes, random
   * @param aad any length
   */
  public static FloeMessage begin(FloeParameters parameters, byte[] key, byte[] iv, byte[] aad) {
    return new FloeMessage(new FloeKeys(parameters, key, iv, aad));
  }

  /** Begins a message with a fresh random IV. */
  public static FloeMessage begin(FloeParameters parameters, byte[] key, byte[] aad) {
    return begin(parameters, key, Entropy.bytes(FloeParameters.IV_BYTES), aad);
  }

  /**
   * Verifies a header (startDecryption).
   *
   * @throws FloeException HEADER_LENGTH, PARAMETERS or HEADER_TAG
   */
  public static FloeMessage verify(
      FloeParameters parameters, byte[] key, byte[] header, byte[] aad) {
    if (header.length != FloeParameters.HEADER_BYTES) {
      throw new FloeException(
          FloeException.Refusal.HEADER_LENGTH,
          "a FLOE header has %d bytes, found %d"
              .formatted(FloeParameters.HEADER_BYTES, header.length));
    }
    if (!parameters.matches(header)) {
      throw new FloeException(
          FloeException.Refusal.PARAMETERS,
          "the FLOE header names other parameters than segments of %d bytes"
              .formatted(parameters.segmentBytes()));
    }
    int ivEnd = FloeParameters.ENCODED_BYTES + FloeParameters.IV_BYTES;
    byte[] iv = Arrays.copyOfRange(header, FloeParameters.ENCODED_BYTES, ivEnd);
    byte[] tag = Arrays.copyOfRange(header, ivEnd, header.length);
    FloeKeys keys = new FloeKeys(parameters, key, iv, aad);
    if (!MessageDigest.isEqual(keys.headerTag(), tag)) {
      throw new FloeException(
          FloeException.Refusal.HEADER_TAG,
          "header tag mismatch: another key, other associated data, or a changed header");
    }
    return new FloeMessage(keys);
  }

  /** Returns the parameters. */
  public FloeParameters parameters() {
    return keys.parameters();
  }

  /** Returns a copy of the header, {@link FloeParameters#HEADER_BYTES} bytes. */
  public byte[] header() {
    return keys.header();
  }

  /** Returns a sealer with random access for one thread. */
  public SegmentSealer sealer() {
    return new SegmentSealer(keys);
  }

  /** Returns an opener with random access for one thread. */
  public SegmentOpener opener() {
    return new SegmentOpener(keys);
  }
}
