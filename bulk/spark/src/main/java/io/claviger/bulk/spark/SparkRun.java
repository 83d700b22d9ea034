package io.claviger.bulk.spark;

import io.claviger.bulk.RunResult;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How a run on Spark ended.
 *
 * @param result counts, and whether it is complete; as on threads
 * @param outcomes a row for each unit that was not done, with its reason, in the columns of S3
 *     Batch Operations: Bucket, Key (as the store has it), VersionId, TaskStatus, ErrorCode,
 *     HTTPStatusCode, ResultMessage. It is read from the folder of the run when it is used
 */
public record SparkRun(RunResult result, Dataset<Row> outcomes) {}
