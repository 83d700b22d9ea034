package io.claviger.spark;

import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.internal.SQLConf;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Looks at each query where Spark plans it, which is when it runs: settings of a session and
 * options of one reader can switch on what the application was started without. Plans nothing.
 */
final class QueryCheck extends SparkStrategy {
  private static volatile Set<String> allowed = Set.of();
  private static volatile String noDropIn = "";

  /**
   * Says what the sessions of this process may do.
   *
   * @param settings those that are allowed by name
   * @param why the drop-in does not act, or an empty text when it does
   */
  static void allow(Set<String> settings, String why) {
    allowed = settings;
    noDropIn = why;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    SQLConf conf = SQLConf.get();
    requireOff(conf.ignoreCorruptFiles(), IgnoredFiles.CORRUPT);
    requireOff(conf.ignoreMissingFiles(), IgnoredFiles.MISSING);
    CollectionConverters.asJava(plan.collectLeaves()).forEach(QueryCheck::requireOptionsOff);
    if (!noDropIn.isEmpty()) {
      SdkCatalogs.wrong(CollectionConverters.asJava(conf.getAllConfs()), noDropIn)
          .forEach(QueryCheck::refuse);
    }
    return CollectionConverters.<SparkPlan>asScala(java.util.List.<SparkPlan>of()).toList();
  }

  private static void requireOptionsOff(LogicalPlan leaf) {
    if (leaf instanceof LogicalRelation relation
        && relation.relation() instanceof HadoopFsRelation files) {
      requireOptionsOff(CollectionConverters.asJava(files.options()));
    } else if (leaf instanceof DataSourceV2ScanRelation scan) {
      requireOptionsOff(scan.relation().options());
    }
  }

  private static void requireOptionsOff(Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          for (String each : Set.of(IgnoredFiles.CORRUPT, IgnoredFiles.MISSING)) {
            if (name.equalsIgnoreCase(each)) {
              requireOff(Boolean.parseBoolean(value), each);
            }
          }
        });
  }

  private static void requireOff(boolean on, String setting) {
    if (on && !allowed.contains(IgnoredFiles.SQL + setting)) {
      refuse(IgnoredFiles.sentence(IgnoredFiles.SQL + setting));
    }
  }

  private static void refuse(String sentence) {
    throw new IllegalStateException(
        "Claviger refuses this query: " + sentence + " (docs/spark.md)");
  }
}
