package io.claviger.bulk.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data files of S3 inventories in one format. {@link InventorySource} finds formats by
 * {@link java.util.ServiceLoader}; CSV is built in, Parquet is the artifact {@code
 * claviger-bulk-parquet}. Threads: safe.
 */
public interface InventoryFormat {
  /** Returns the format's name as {@code fileFormat} in manifests has it. */
  String name();

  /**
   * Opens a data file.
   *
   * @param file the file, fetched and compared with the checksum of the manifest
   * @param schema {@code fileSchema} of the manifest
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it has no bucket or key, or is not of this format
   */
  Rows open(Path file, String schema) throws IOException;

  /** The rows of one data file, in their order. Threads: one. */
  interface Rows extends Closeable {
    /**
     * Returns the next row, null at the end.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the row is damaged
     */
    @Nullable Row next() throws IOException;
  }

  /**
   * What a row says. Columns that the inventory does not have are null.
   *
   * @param bucket the bucket
   * @param key the object's key, as the store has it
   * @param versionId the version; null or empty in buckets without versions
   * @param latest whether it is the current version
   * @param deleteMarker whether it is a delete marker
   * @param storedBytes the stored size
   * @param storageClass the storage class
   */
  record Row(
      String bucket,
      String key,
      @Nullable String versionId,
      @Nullable Boolean latest,
      @Nullable Boolean deleteMarker,
      @Nullable Long storedBytes,
      @Nullable String storageClass) {}
}
