package io.claviger.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/** An application whose driver fails here does not start. */
final class DriverStart implements DriverPlugin {
  /** Is there when the drop-in acts on the driver: then it must on the executors. */
  static final String SDK_TOO = "sdk-too";

  private static final String EXTENSIONS = "spark.sql.extensions";

  @Override
  public Map<String, String> init(SparkContext application, PluginContext context) {
    SparkConf conf = context.conf();
    SparkSettings settings = SparkSettings.of(conf);
    WayIn found = StartCheck.require(settings, "driver", false);
    QueryCheck.allow(settings.allowed(), found.dropIn());
    conf.set(EXTENSIONS, withOwn(conf.get(EXTENSIONS, "")));
    application.addSparkListener(new RefusedExecutors(application));
    return found.dropIn().isEmpty() ? Map.of(SDK_TOO, "") : Map.of();
  }

  /** Sessions take their extensions from here when they are made, which is later. */
  private static String withOwn(String extensions) {
    String own = SessionExtension.class.getName();
    if (extensions.contains(own)) {
      return extensions;
    }
    return extensions.isBlank() ? own : extensions + "," + own;
  }
}
