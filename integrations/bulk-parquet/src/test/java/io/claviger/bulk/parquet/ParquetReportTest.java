package io.claviger.bulk.parquet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a report come back, in the columns that are promised. */
class ParquetReportTest {
  private static final int ROWS = 5_000;

  @TempDir Path folder;

  private void report(String text) throws IOException {
    Files.writeString(folder.resolve("report.csv"), text);
  }

  private static List<Group> read(Path file) throws IOException {
    List<Group> rows = new ArrayList<>();
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      assertThat(schema.getFields().stream().map(type -> type.getName()))
          .containsExactly(
              "Bucket",
              "Key",
              "VersionId",
              "TaskStatus",
              "ErrorCode",
              "HTTPStatusCode",
              "ResultMessage");
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> records =
            new ColumnIOFactory()
                .getColumnIO(schema)
                .getRecordReader(pages, new GroupRecordConverter(schema));
        for (long i = 0; i < pages.getRowCount(); i++) {
          rows.add(records.read());
        }
      }
    }
    return rows;
  }

  @Test
  void everyRowIsThere() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      text.append("b,dir/%d+%%C3%%A4,,excluded,Rule,,a rule\n".formatted(i));
    }
    text.append("b,k,v7,skipped,Changed,412,\"it changed, \"\"meanwhile\"\"\"\n");
    report(text.toString());
    List<Group> rows = read(ParquetReport.write(folder));
    assertThat(rows).hasSize(ROWS + 1);
    Group first = rows.get(0);
    assertThat(first.getString("Key", 0)).isEqualTo("dir/0 ä");
    assertThat(first.getFieldRepetitionCount("VersionId")).isZero();
    assertThat(first.getFieldRepetitionCount("HTTPStatusCode")).isZero();
    Group last = rows.get(ROWS);
    assertThat(last.getString("Bucket", 0)).isEqualTo("b");
    assertThat(last.getString("VersionId", 0)).isEqualTo("v7");
    assertThat(last.getString("TaskStatus", 0)).isEqualTo("skipped");
    assertThat(last.getString("ErrorCode", 0)).isEqualTo("Changed");
    assertThat(last.getInteger("HTTPStatusCode", 0)).isEqualTo(412);
    assertThat(last.getString("ResultMessage", 0)).isEqualTo("it changed, \"meanwhile\"");
  }

  @Test
  void anEmptyReportIsAFileWithoutRowsAndReplacesTheOneBefore() throws IOException {
    report("b,k,,failed,Plaintext,200,not sealed\n");
    assertThat(read(ParquetReport.write(folder))).hasSize(1);
    report("");
    assertThat(read(ParquetReport.write(folder))).isEmpty();
  }

  @Test
  void aLineThatIsNoRowIsRefused() throws IOException {
    Files.write(folder.resolve("report.csv"), "b,k,,failed,Half a r".getBytes(UTF_8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParquetReport.write(folder))
        .withMessageContaining("has 5 columns, expected 7");
    assertThat(folder.resolve(ParquetReport.REPORT)).doesNotExist();
  }
}
