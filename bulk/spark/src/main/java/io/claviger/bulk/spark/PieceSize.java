package io.claviger.bulk.spark;

import java.io.Serializable;
import java.time.Duration;

/**
 * How large pieces are: what is lost when an executor dies is looked at again.
 *
 * @param units most units
 * @param time no unit is begun after it
 */
record PieceSize(long units, Duration time) implements Serializable {
  static final PieceSize DEFAULT = new PieceSize(10_000, Duration.ofMinutes(1));

  PieceSize {
    if (units < 1 || time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "pieces of %d units and %s, expected at least 1 unit and some time"
              .formatted(units, time));
    }
  }
}
