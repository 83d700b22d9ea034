package io.claviger.bulk;

import java.util.ArrayList;
import java.util.List;

/** A source of keys that are numbers, in ranges of equal size. */
public record Numbers(int count, int ranges) implements UnitSource {
  private static final long serialVersionUID = 1L;

  @Override
  public String name() {
    return count + " numbers";
  }

  @Override
  public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
    List<UnitRange> all = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      int after = (int) ((long) count * i / ranges);
      int upTo = (int) ((long) count * (i + 1) / ranges);
      all.add(new UnitRange(Integer.toString(after), Integer.toString(upTo)));
    }
    return all;
  }

  @Override
  public UnitReader open(Clients clients, Pace pace, UnitRange range, String after) {
    int first = Integer.parseInt(after == null ? range.after() : after);
    int last = Integer.parseInt(range.upTo());
    return new UnitReader() {
      private int next = first;

      @Override
      public Unit next() {
        if (next == last) {
          return null;
        }
        next++;
        return Unit.named("b", position());
      }

      @Override
      public String position() {
        return Integer.toString(next);
      }
    };
  }
}
