package io.claviger.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the application when an executor was refused: it is deployed wrongly, and would lose
 * executors one after the other. An executor that only could not reach the key service is replaced
 * by Spark as any that fails.
 */
final class RefusedExecutors extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedExecutors.class);
  private static final String PLUGIN = ClavigerPlugin.class.getName();

  private final SparkContext application;

  RefusedExecutors(SparkContext application) {
    this.application = application;
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    String why = sentence(removed.executorId(), String.valueOf(removed.reason()));
    if (!why.isEmpty()) {
      String line = "The application is ended: " + why;
      LOG.error(line);
      // old bundles of the SDK bring an SLF4J that logs nothing where they stand before Spark's
      System.err.println(line);
      // a thread that inherits nothing of this one, the listeners', for which stopping waits
      Thread stopping = new Thread(null, application::stop, "claviger-stop", 0, false);
      stopping.setDaemon(true);
      stopping.start();
    }
  }

  /** Returns why this executor was refused, or an empty text when it ended otherwise. */
  static String sentence(String executor, String reason) {
    if (reason.contains(StartCheck.REFUSED)) {
      return reason;
    }
    return reason.contains(PLUGIN)
        ? "executor %s does not have the jar with %s: put claviger-s3-bundle where every executor's own class path has it (spark.executor.extraClassPath, or the folder jars of Spark on each machine). It ran no task (docs/spark.md)"
            .formatted(executor, PLUGIN)
        : "";
  }
}
