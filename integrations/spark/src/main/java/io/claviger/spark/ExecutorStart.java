package io.claviger.spark;

import java.util.Map;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;

/**
 * An executor that fails here ends before it is given a task, and the driver hears why; {@link
 * StartCheck} says what is looked at.
 */
final class ExecutorStart implements ExecutorPlugin {
  @Override
  public void init(PluginContext context, Map<String, String> fromDriver) {
    StartCheck.require(
        SparkSettings.of(context.conf()),
        "executor " + context.executorID(),
        fromDriver.containsKey(DriverStart.SDK_TOO));
  }
}
