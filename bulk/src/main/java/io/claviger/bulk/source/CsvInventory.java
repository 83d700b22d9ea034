package io.claviger.bulk.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.claviger.bulk.CsvLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Inventories in compressed CSV: no header, the columns of the manifest, keys URL-encoded. */
final class CsvInventory implements InventoryFormat {
  private static final int BUFFER_BYTES = 1 << 16;

  @Override
  public String name() {
    return "CSV";
  }

  @Override
  public Rows open(Path file, String schema) throws IOException {
    Columns columns = new Columns(schema);
    InputStream stored = Files.newInputStream(file);
    try {
      return new Lines(
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(stored, BUFFER_BYTES), UTF_8)),
          columns);
    } catch (IOException e) {
      stored.close();
      throw e;
    }
  }

  /** Where each column is, -1 for one that the inventory does not have. */
  private static final class Columns {
    private final List<String> names;
    private final int bucket;
    private final int key;
    private final int versionId;
    private final int latest;
    private final int deleteMarker;
    private final int size;
    private final int storageClass;

    Columns(String schema) {
      names = List.of(schema.trim().split("\\s*,\\s*"));
      bucket = names.indexOf("Bucket");
      key = names.indexOf("Key");
      versionId = names.indexOf("VersionId");
      latest = names.indexOf("IsLatest");
      deleteMarker = names.indexOf("IsDeleteMarker");
      size = names.indexOf("Size");
      storageClass = names.indexOf("StorageClass");
      if (bucket < 0 || key < 0) {
        throw new IllegalArgumentException(
            "the manifest's fileSchema is \"%s\", expected Bucket and Key among its columns"
                .formatted(schema));
      }
    }

    Row row(List<String> fields) {
      if (fields.size() != names.size()) {
        throw new IllegalArgumentException(
            "a line has %d columns, and the manifest names %d"
                .formatted(fields.size(), names.size()));
      }
      String bytes = field(fields, size);
      return new Row(
          fields.get(bucket),
          CsvLine.key(fields.get(key)),
          field(fields, versionId),
          flag(field(fields, latest)),
          flag(field(fields, deleteMarker)),
          bytes == null ? null : Long.valueOf(bytes),
          field(fields, storageClass));
    }

    private static @Nullable String field(List<String> fields, int column) {
      return column < 0 || fields.get(column).isEmpty() ? null : fields.get(column);
    }

    private static @Nullable Boolean flag(@Nullable String text) {
      return text == null ? null : Boolean.valueOf(text);
    }
  }

  private record Lines(BufferedReader in, Columns columns) implements Rows {
    @Override
    public @Nullable Row next() throws IOException {
      String line = in.readLine();
      return line == null ? null : columns.row(CsvLine.fields(line));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
