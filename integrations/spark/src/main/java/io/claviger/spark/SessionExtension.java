package io.claviger.spark;

import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Puts {@link QueryCheck} into every session. The plug-in names it in {@code spark.sql.extensions};
 * where sessions come from elsewhere (a Connect server with sessions of its own), name it there.
 */
public final class SessionExtension extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  /** For Spark, which finds this class by its name. */
  public SessionExtension() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectPlannerStrategy(session -> new QueryCheck());
    return BoxedUnit.UNIT;
  }
}
