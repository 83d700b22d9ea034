package io.claviger.bulk.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Spark as a cluster: a job of Spark for each call, with a task for each number. */
final class SparkCluster implements Cluster {
  private static final String HADOOP = "spark.hadoop.";

  private final JavaSparkContext context;

  SparkCluster(JavaSparkContext context) {
    this.context = context;
  }

  @Override
  public List<String> run(int count, Task task) {
    List<Integer> indexes = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    return context.parallelize(indexes, count).map(index -> task.run(index, ofProcess())).collect();
  }

  @Override
  public int tasksAtOnce() {
    return context.defaultParallelism();
  }

  @Override
  public Configuration hadoop() {
    return ofProcess();
  }

  /** Returns what Spark's configuration says of Hadoop, in the driver or an executor. */
  static Configuration ofProcess() {
    Configuration conf = new Configuration();
    settings(SparkEnv.get().conf())
        .forEach(
            (name, value) -> {
              if (name.startsWith(HADOOP)) {
                conf.set(name.substring(HADOOP.length()), value, "Spark's configuration");
              }
            });
    return conf;
  }

  static Map<String, String> settings(SparkConf conf) {
    Map<String, String> all = new TreeMap<>();
    for (Tuple2<String, String> each : conf.getAll()) {
      all.put(each._1(), each._2());
    }
    return all;
  }
}
