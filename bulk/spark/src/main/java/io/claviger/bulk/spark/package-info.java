/**
 * Carries plans out on a Spark cluster: tasks work on ranges of the source and store pieces of the
 * report, the driver says which pieces count.
 *
 * <p>The public entry points are {@link io.claviger.bulk.spark.BulkOnSpark} and {@link
 * io.claviger.bulk.spark.Main}. Only {@code SparkCluster} and these two may use Spark. May use: the
 * nouns of {@code io.claviger.bulk}, its runner, Hadoop's file systems; {@code Main} alone knows
 * jobs and sources.
 */
@NullMarked
package io.claviger.bulk.spark;

import org.jspecify.annotations.NullMarked;
