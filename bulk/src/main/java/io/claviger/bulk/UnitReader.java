package io.claviger.bulk;

import org.jspecify.annotations.Nullable;

/** Reads the units of one range in their order. Threads: one. Blocking: asks the store. */
public interface UnitReader extends AutoCloseable {
  /**
   * Returns the next unit, null at the end of the range. A call that threw may be repeated and goes
   * on where it was.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException as the store answers
   */
  @Nullable Unit next();

  /**
   * Returns the position of the unit returned last: a reader that is opened behind it goes on with
   * the unit after that one.
   */
  String position();

  /** Frees what the reader holds. */
  @Override
  default void close() {}
}
