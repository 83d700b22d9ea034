package io.claviger.bulk.spark;

import io.claviger.bulk.ClientSource;
import io.claviger.bulk.Plan;
import io.claviger.bulk.run.ReportRow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Carries plans out on a Spark cluster.
 *
 * <pre>{@code
 * Plan plan = new Plan(ListingSource.ofBucket("orders"), AuditJob.DEFAULT, Limits.DEFAULT);
 * SparkRun run =
 *     BulkOnSpark.with(spark, ClientSettings.OF_PROCESS).run(plan, "hdfs:///runs/audit-of-orders");
 * run.outcomes().groupBy("ErrorCode").count().show();
 * }</pre>
 *
 * <p>The source is cut into ranges; each task lists one and works on its units with the threads of
 * its limits. Clients are made once in each executor, by the configuration of that process: no
 * secret is sent. What the limits say of threads, failures and patience holds for each task, rates
 * are shared.
 *
 * <p>Guarantees: each unit is counted once, however often Spark runs a task, also at the same time;
 * a range that stops does not stop the others; a run that was killed goes on when it is started
 * again with the same folder, behind the pieces that are stored.
 *
 * <p>Immutable. Threads: safe, one run at a time for each folder. Blocking: until the run ends.
 */
public final class BulkOnSpark {
  private static final StructType COLUMNS =
      new StructType()
          .add("Bucket", DataTypes.StringType, false)
          .add("Key", DataTypes.StringType, false)
          .add("VersionId", DataTypes.StringType, true)
          .add("TaskStatus", DataTypes.StringType, false)
          .add("ErrorCode", DataTypes.StringType, false)
          .add("HTTPStatusCode", DataTypes.IntegerType, true)
          .add("ResultMessage", DataTypes.StringType, false);

  private final SparkSession spark;
  private final ClientSource clients;
  private final int ranges;
  private final PieceSize most;

  private BulkOnSpark(SparkSession spark, ClientSource clients, int ranges, PieceSize most) {
    this.spark = spark;
    this.clients = clients;
    this.ranges = ranges;
    this.most = most;
  }

  /** Returns a runner whose executors make their clients by {@code clients}. */
  public static BulkOnSpark with(SparkSession spark, ClientSource clients) {
    return new BulkOnSpark(spark, clients, 0, PieceSize.DEFAULT);
  }

  /**
   * Returns this with another number of ranges, for runs that begin; by default eight for each task
   * that Spark runs at the same time.
   *
   * @param count about so many, at least 1
   */
  public BulkOnSpark ranges(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " ranges, expected at least 1");
    }
    return new BulkOnSpark(spark, clients, count, most);
  }

  /**
   * Returns this with another size of the pieces in which a task writes down what it has done with.
   * When an executor dies, the units of one piece are looked at again.
   *
   * @param units most units of a piece, at least 1; default 10,000
   * @param time after so long no unit of a piece is begun; default one minute
   */
  public BulkOnSpark pieces(long units, Duration time) {
    return new BulkOnSpark(spark, clients, ranges, new PieceSize(units, time));
  }

  /**
   * Runs a plan, or goes on with it.
   *
   * @param folder holds report and state; in a file system that driver and executors share, made if
   *     it is missing
   * @return how the run ended: also one that stopped has a result
   * @throws IOException if the folder cannot be read or written, or is of another run
   * @throws IllegalArgumentException if Spark's settings hold secrets
   */
  public SparkRun run(Plan plan, String folder) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    SparkSecrets.requireNone(SparkCluster.settings(context.getConf()));
    SparkCluster cluster = new SparkCluster(context);
    ClusterRun.Report report =
        new ClusterRun(cluster, clients, ranges, most).carryOut(plan, folder);
    JavaRDD<Row> rows =
        lines(context, folder, report.withRows()).map(line -> row(ReportRow.parse(line)));
    return new SparkRun(report.result(), rows(rows));
  }

  private Dataset<Row> rows(JavaRDD<Row> rows) {
    return spark.createDataFrame(rows, COLUMNS);
  }

  private static JavaRDD<String> lines(
      JavaSparkContext context, String folder, List<String> pieces) {
    return context
        .parallelize(new ArrayList<>(pieces), Math.max(1, pieces.size()))
        .flatMap(piece -> new RunFolder(folder, SparkCluster.ofProcess()).rows(piece).iterator());
  }

  private static Row row(ReportRow row) {
    return RowFactory.create(
        row.bucket(),
        row.key(),
        row.versionId(),
        row.status(),
        row.code(),
        row.httpStatus() == 0 ? null : row.httpStatus(),
        row.message());
  }
}
