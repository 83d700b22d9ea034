package io.claviger.bulk.spark;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.UnitSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The next units of one range of a source: so many, or as many as are begun within a time. */
final class PieceSource implements UnitSource {
  private static final long serialVersionUID = 1L;

  private final UnitSource source;
  private final UnitRange range;
  private final @Nullable String from;
  private final PieceSize most;
  private final AtomicBoolean atEnd = new AtomicBoolean();

  /**
   * @param from begins behind this position, null at the beginning of the range
   */
  PieceSource(UnitSource source, UnitRange range, @Nullable String from, PieceSize most) {
    this.source = source;
    this.range = range;
    this.from = from;
    this.most = most;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
    return List.of(range);
  }

  /** Whether the units that were read are the last of the range. */
  boolean isAtEnd() {
    return atEnd.get();
  }

  @Override
  public UnitReader open(Clients clients, Pace pace, UnitRange whole, @Nullable String after) {
    UnitReader reader = source.open(clients, pace, whole, after == null ? from : after);
    long ends = System.nanoTime() + most.time().toNanos();
    return new UnitReader() {
      private long units;

      @Override
      public @Nullable Unit next() {
        if (units == most.units() || units > 0 && System.nanoTime() - ends >= 0) {
          return null;
        }
        Unit unit = reader.next();
        atEnd.set(unit == null);
        units++;
        return unit;
      }

      @Override
      public String position() {
        return reader.position();
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }
}
