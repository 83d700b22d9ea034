package io.claviger.spark;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * {@code spark.plugins=io.claviger.spark.ClavigerPlugin}: no application starts, and no executor
 * runs a task, where objects would be stored in the clear; no query runs that would pass over
 * damaged files. What is looked at, and how to mend what is refused: {@code docs/spark.md}.
 *
 * <p>Threads: Spark's own. Blocking: connects to the key service, and sends nothing to the store.
 */
public final class ClavigerPlugin implements SparkPlugin {
  /** For Spark, which finds this class by its name. */
  public ClavigerPlugin() {}

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverStart();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorStart();
  }
}
