/**
 * Parquet for jobs over whole buckets: inventories are read, and the report of a run is written. Of
 * Hadoop it needs {@code hadoop-client-api}, whose classes Parquet's options name, and no more.
 *
 * <p>May use: {@code io.claviger.bulk.source} (what a format is), {@code io.claviger.bulk.run}
 * (rows of a report), Parquet.
 */
@NullMarked
package io.claviger.bulk.parquet;

import org.jspecify.annotations.NullMarked;
