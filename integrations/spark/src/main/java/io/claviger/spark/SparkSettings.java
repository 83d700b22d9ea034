package io.claviger.spark;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * What an application was started with.
 *
 * @param all every setting of Spark, by name
 */
record SparkSettings(Map<String, String> all) {
  static final String ALLOW = "spark.claviger.allow";
  private static final String HADOOP = "spark.hadoop.";

  static SparkSettings of(SparkConf conf) {
    Map<String, String> all = new TreeMap<>();
    for (Tuple2<String, String> each : conf.getAll()) {
      all.put(each._1(), each._2());
    }
    return new SparkSettings(all);
  }

  /** Returns the settings that the user allows by name although they pass over damage. */
  Set<String> allowed() {
    return Arrays.stream(all.getOrDefault(ALLOW, "").split(","))
        .map(String::trim)
        .filter(s -> !s.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean isOn(String name) {
    return Boolean.parseBoolean(all.getOrDefault(name, "false").trim());
  }

  /** Returns Hadoop's configuration as Spark makes it: the files on the class path, then these. */
  Configuration hadoop() {
    Configuration conf = new Configuration();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(HADOOP)) {
            conf.set(name.substring(HADOOP.length()), value, "Spark's configuration");
          }
        });
    return conf;
  }
}
