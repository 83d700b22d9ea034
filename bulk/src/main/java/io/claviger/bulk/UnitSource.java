package io.claviger.bulk;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where units come from: a listing, an inventory, a file of names. A value: it holds no connection
 * and no secret, and two equal sources give the same units of the same store.
 *
 * <p>Threads: safe. Blocking: asks the store.
 */
public interface UnitSource extends Serializable {
  /** Returns what is read, for reports and messages, such as {@code s3://bucket/prefix}. */
  String name();

  /**
   * Cuts the source into ranges that can be read at the same time.
   *
   * @param wanted how many would be good; there may be fewer or some more, at least one
   * @throws software.amazon.awssdk.core.exception.SdkException as the store answers
   */
  List<UnitRange> split(Clients clients, Pace pace, int wanted);

  /**
   * Opens a range.
   *
   * @param after go on behind this position of the range, null from its beginning
   */
  UnitReader open(Clients clients, Pace pace, UnitRange range, @Nullable String after);
}
