package io.claviger.object;

import org.jspecify.annotations.Nullable;

/**
 * Stored bytes or metadata that were refused (format 8), or a source that cannot be sealed. Nothing
 * of the refused piece was released. Repeating the read changes nothing.
 */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The failure classes, as named in the vectors. */
  public enum Failure {
    /** The bytes do not begin with a preamble. */
    WRONG_MAGIC,
    /** A version other than 1. */
    UNKNOWN_VERSION,
    /** Flags other than the last-part flag. */
    UNKNOWN_FLAGS,
    /** FLOE parameters other than version 1's. */
    UNKNOWN_PARAMETERS,
    /** A part number out of range or other than expected. */
    PART_NUMBER,
    /** A length that contradicts the stored size, or a size that no plaintext has. */
    LENGTH,
    /** The offset contradicts the parts before. */
    OFFSET,
    /** The header tag differs: another key, a changed preamble, another object's part. */
    HEADER_TAG,
    /** A segment is changed, cut, doubled or out of place. */
    SEGMENT,
    /** The stored bytes end too early. */
    TRUNCATED,
    /** Bytes after the last part. */
    TRAILING_BYTES,
    /** The last-part flag is missing or early. */
    LAST_PART,
    /** The envelope lacks a field, or holds one that does not belong there. */
    ENVELOPE_INCOMPLETE,
    /** A field of the envelope is not of its form. */
    ENVELOPE_MALFORMED,
    /** The envelope binds fewer names than the reader demands. */
    NAMES_NOT_BOUND,
    /** The context differs from the one that the caller states. */
    CONTEXT,
    /** User metadata or a header is not as the writer sent it. */
    METADATA,
    /** The master key is none that the reader follows. */
    UNTRUSTED_KEY,
    /** A customer-provided key is needed and missing, or given and not needed. */
    CUSTOMER_KEY,
    /** A wrapped key does not open: another key, another context or changed bytes. */
    KEY_WRAP,
    /** More bytes than a part or the metadata may have. */
    TOO_LARGE,
    /** The source gave fewer or more bytes than announced. */
    SOURCE_LENGTH,
    /** The source gave other bytes than at an earlier attempt. */
    SOURCE_CHANGED
  }

  private final Failure failure;

  public FormatException(Failure failure, String message) {
    this(failure, message, null);
  }

  public FormatException(Failure failure, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  /** Returns the failure class. */
  public Failure failure() {
    return failure;
  }
}
