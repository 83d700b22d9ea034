package io.claviger.bulk.parquet;

import io.claviger.bulk.run.ReportRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * The report of a run as a Parquet file, for query engines: the columns of {@code report.csv} under
 * the names of S3 Batch Operations, keys as the store has them.
 *
 * <pre>{@code
 * Path report = ParquetReport.write(Path.of("audit-of-orders"));
 * }</pre>
 */
public final class ParquetReport {
  /** The file, in the folder of a run. */
  public static final String REPORT = "report.parquet";

  private static final MessageType SCHEMA =
      Types.buildMessage()
          .addField(text("Bucket"))
          .addField(text("Key"))
          .addField(optionalText("VersionId"))
          .addField(text("TaskStatus"))
          .addField(text("ErrorCode"))
          .addField(Types.optional(PrimitiveTypeName.INT32).named("HTTPStatusCode"))
          .addField(text("ResultMessage"))
          .named("report");

  private ParquetReport() {}

  private static org.apache.parquet.schema.Type text(String name) {
    return Types.required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  private static org.apache.parquet.schema.Type optionalText(String name) {
    return Types.optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  /**
   * Writes {@value #REPORT} from the {@code report.csv} of a run, in place of one that is there.
   *
   * @param folder the folder of the run, which has ended
   * @return the file
   * @throws IOException if it cannot be written, or the report cannot be read
   * @throws IllegalArgumentException for a line of the report that is no row
   */
  public static Path write(Path folder) throws IOException {
    Path file = folder.resolve(REPORT);
    Path next = folder.resolve(REPORT + ".next");
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (Stream<ReportRow> rows = ReportRow.read(folder);
        ParquetWriter<Group> writer = writer(next)) {
      for (Iterator<ReportRow> each = rows.iterator(); each.hasNext(); ) {
        writer.write(group(groups, each.next()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static ParquetWriter<Group> writer(Path file) throws IOException {
    return ExampleParquetWriter.builder(new LocalOutputFile(file))
        .withConf(new PlainParquetConfiguration())
        .withType(SCHEMA)
        .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
        .withCodecFactory(new Codecs())
        .withCompressionCodec(CompressionCodecName.SNAPPY)
        .build();
  }

  private static Group group(SimpleGroupFactory groups, ReportRow row) {
    Group group =
        groups
            .newGroup()
            .append("Bucket", row.bucket())
            .append("Key", row.key())
            .append("TaskStatus", row.status())
            .append("ErrorCode", row.code())
            .append("ResultMessage", row.message());
    if (row.versionId() != null) {
      group.append("VersionId", row.versionId());
    }
    if (row.httpStatus() != 0) {
      group.append("HTTPStatusCode", row.httpStatus());
    }
    return group;
  }
}
