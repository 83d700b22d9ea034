package io.claviger.bulk.source;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.claviger.bulk.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What {@code manifest.json} of an inventory says.
 *
 * @param where its place, for messages
 * @param fileFormat the format of the data files
 * @param fileSchema their columns
 * @param files the data files
 */
record InventoryManifest(String where, String fileFormat, String fileSchema, List<DataFile> files) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A data file.
   *
   * @param key its key, in the bucket of the manifest
   * @param md5 MD5 of its bytes in hex, null where the manifest does not say it
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record DataFile(
      @JsonProperty("key") String key, @JsonProperty("MD5checksum") @Nullable String md5) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Text(
      @JsonProperty("fileFormat") @Nullable String fileFormat,
      @JsonProperty("fileSchema") @Nullable String fileSchema,
      @JsonProperty("files") @Nullable List<DataFile> files) {}

  /**
   * @throws IllegalArgumentException if it is not a manifest
   */
  static InventoryManifest read(S3Client client, Pace pace, String bucket, String key) {
    pace.beforeStore(1);
    byte[] bytes = client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArrayUnsafe();
    String where = "s3://%s/%s".formatted(bucket, key);
    Text text;
    try {
      text = JSON.readValue(bytes, Text.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not the manifest of an S3 inventory (%s). Name its manifest.json"
              .formatted(where, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String fileFormat = text.fileFormat();
    String fileSchema = text.fileSchema();
    List<DataFile> files = text.files();
    if (fileFormat == null || fileSchema == null || files == null) {
      throw new IllegalArgumentException(
          "%s is not the manifest of an S3 inventory: it has no fileFormat, fileSchema or files. Name its manifest.json"
              .formatted(where));
    }
    return new InventoryManifest(where, fileFormat, fileSchema, files);
  }

  /**
   * Returns what reads the data files.
   *
   * @throws IllegalArgumentException if nothing on the class path does
   */
  InventoryFormat format() {
    ClassLoader loader = InventoryManifest.class.getClassLoader();
    return Stream.concat(
            Stream.of(new CsvInventory()),
            ServiceLoader.load(InventoryFormat.class, loader).stream()
                .map(ServiceLoader.Provider::get))
        .filter(format -> format.name().equalsIgnoreCase(fileFormat))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the inventory %s is of format %s. %s"
                        .formatted(
                            where,
                            fileFormat,
                            fileFormat.equalsIgnoreCase("Parquet")
                                ? "Add io.claviger:claviger-bulk-parquet to the class path, or configure the inventory as CSV"
                                : "Configure it as CSV or Parquet")));
  }
}
