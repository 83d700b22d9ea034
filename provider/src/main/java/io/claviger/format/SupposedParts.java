package io.claviger.format;

/**
 * Where the parts of an object may be (format 7.3). It only says where to look for headers, which
 * alone prove.
 */
public interface SupposedParts {
  /** Returns the number of the part that holds the plaintext byte at {@code plainOffset}. */
  int numberHolding(long plainOffset);

  /**
   * Returns where part {@code number} begins among the stored bytes, maybe behind their end; -1
   * where nothing is supposed.
   */
  long storedOffset(int number);
}
