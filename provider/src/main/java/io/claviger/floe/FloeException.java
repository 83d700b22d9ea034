package io.claviger.floe;

/** A FLOE message that was refused, and why. Nothing of the refused piece was released. */
public final class FloeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The refusals of the specification. */
  public enum Refusal {
    /** The header is not as long as the parameters say. */
    HEADER_LENGTH,
    /** The header names other parameters. */
    PARAMETERS,
    /** The header tag differs: another key, other associated data or a changed header. */
    HEADER_TAG,
    /** A segment is too short or too long for its place. */
    SEGMENT_LENGTH,
    /** The length field of a segment does not say what its place demands. */
    SEGMENT_MARK,
    /** A segment's tag differs: changed bytes, another place or another message. */
    SEGMENT_TAG,
    /** A segment after the last one. */
    AFTER_LAST,
    /** More segments than a message may have. */
    TOO_MANY_SEGMENTS
  }

  private final Refusal refusal;

  FloeException(Refusal refusal, String message) {
    super(message);
    this.refusal = refusal;
  }

  /** Returns which rule was broken. */
  public Refusal refusal() {
    return refusal;
  }
}
