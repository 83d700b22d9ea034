package io.claviger.bulk;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A table of prices, in one currency of the user's: nothing is asked anywhere. {@link #NONE} where
 * requests cost nothing, as on a store of one's own.
 *
 * @param thousandReads price of 1,000 GET or HEAD requests
 * @param thousandWrites price of 1,000 PUT, COPY, POST or LIST requests
 * @param tenThousandKeyCalls price of 10,000 calls of the key service
 * @param gibibyteRead price of 1 GiB that leaves the store
 */
public record Prices(
    BigDecimal thousandReads,
    BigDecimal thousandWrites,
    BigDecimal tenThousandKeyCalls,
    BigDecimal gibibyteRead)
    implements Serializable {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);
  private static final BigDecimal TEN_THOUSAND = BigDecimal.valueOf(10_000);
  private static final BigDecimal GIBIBYTE = BigDecimal.valueOf(1L << 30);

  /** Nothing costs anything. */
  public static final Prices NONE = of("0", "0", "0", "0");

  /** Returns a table from decimal texts, in the order of the components. */
  public static Prices of(
      String thousandReads,
      String thousandWrites,
      String tenThousandKeyCalls,
      String gibibyteRead) {
    return new Prices(
        new BigDecimal(thousandReads),
        new BigDecimal(thousandWrites),
        new BigDecimal(tenThousandKeyCalls),
        new BigDecimal(gibibyteRead));
  }

  /** Returns the price of {@code cost}, rounded up to hundredths. */
  public BigDecimal of(Cost cost) {
    return part(thousandReads, cost.reads(), THOUSAND)
        .add(part(thousandWrites, cost.writes(), THOUSAND))
        .add(part(tenThousandKeyCalls, cost.keyCalls(), TEN_THOUSAND))
        .add(part(gibibyteRead, cost.readBytes(), GIBIBYTE))
        .setScale(2, RoundingMode.UP);
  }

  private static BigDecimal part(BigDecimal price, long count, BigDecimal of) {
    return price.multiply(BigDecimal.valueOf(count)).divide(of, 10, RoundingMode.UP);
  }
}
