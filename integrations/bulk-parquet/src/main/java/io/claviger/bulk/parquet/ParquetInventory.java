package io.claviger.bulk.parquet;

import io.claviger.bulk.source.InventoryFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads S3 inventories in Parquet; {@code InventorySource} finds it by its being on the class path.
 * Only the columns that are needed are read, one row group at a time. Threads: safe.
 */
public final class ParquetInventory implements InventoryFormat {
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";
  private static final String VERSION_ID = "version_id";
  private static final String LATEST = "is_latest";
  private static final String DELETE_MARKER = "is_delete_marker";
  private static final String SIZE = "size";
  private static final String STORAGE_CLASS = "storage_class";
  private static final Set<String> COLUMNS =
      Set.of(BUCKET, KEY, VERSION_ID, LATEST, DELETE_MARKER, SIZE, STORAGE_CLASS);

  /** For the service loader. */
  public ParquetInventory() {}

  @Override
  public String name() {
    return "Parquet";
  }

  @Override
  public Rows open(Path file, String schema) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .build();
    try {
      return new Groups(ParquetFileReader.open(new LocalInputFile(file), options));
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("it is not a Parquet file (%s)".formatted(e), e);
    }
  }

  private static final class Groups implements Rows {
    private final ParquetFileReader reader;
    private final MessageType columns;
    private final MessageColumnIO columnIo;
    private @Nullable RecordReader<Group> records;
    private long left;

    Groups(ParquetFileReader reader) throws IOException {
      this.reader = reader;
      MessageType all = reader.getFileMetaData().getSchema();
      List<Type> wanted =
          all.getFields().stream().filter(type -> COLUMNS.contains(type.getName())).toList();
      this.columns = new MessageType(all.getName(), wanted);
      if (!columns.containsField(BUCKET) || !columns.containsField(KEY)) {
        reader.close();
        throw new IllegalArgumentException(
            "its columns are %s, expected bucket and key among them"
                .formatted(all.getFields().stream().map(Type::getName).toList()));
      }
      reader.setRequestedSchema(columns);
      this.columnIo = new ColumnIOFactory().getColumnIO(columns, all);
    }

    @Override
    public @Nullable Row next() throws IOException {
      try {
        RecordReader<Group> open = records;
        while (open == null || left == 0) {
          PageReadStore pages = reader.readNextRowGroup();
          if (pages == null) {
            return null;
          }
          open = columnIo.getRecordReader(pages, new GroupRecordConverter(columns));
          records = open;
          left = pages.getRowCount();
        }
        left--;
        return row(open.read());
      } catch (IllegalArgumentException e) {
        throw e;
      } catch (RuntimeException e) { // whatever Parquet's decoders meet in damaged bytes
        throw new IllegalArgumentException("a row is damaged (%s)".formatted(e), e);
      }
    }

    private Row row(Group group) {
      String bucket = text(group, BUCKET);
      String key = text(group, KEY);
      if (bucket == null || key == null) {
        throw new IllegalArgumentException("a row has no bucket or no key");
      }
      return new Row(
          bucket,
          key,
          text(group, VERSION_ID),
          has(group, LATEST) ? group.getBoolean(LATEST, 0) : null,
          has(group, DELETE_MARKER) ? group.getBoolean(DELETE_MARKER, 0) : null,
          has(group, SIZE) ? group.getLong(SIZE, 0) : null,
          text(group, STORAGE_CLASS));
    }

    private boolean has(Group group, String column) {
      return columns.containsField(column) && group.getFieldRepetitionCount(column) > 0;
    }

    private @Nullable String text(Group group, String column) {
      return has(group, column) ? group.getString(column, 0) : null;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
