package io.claviger.bulk.run;

import io.claviger.bulk.CsvLine;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A row of the report of a run, in the columns of S3 Batch Operations: {@code Bucket, Key,
 * VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage}. In a line the key is
 * URL-encoded as there, so that a report is a manifest too; here it is as the store has it.
 *
 * @param bucket the bucket
 * @param key the object's key
 * @param versionId the version, null for the current one
 * @param status {@code failed}, {@code skipped} or {@code excluded}
 * @param code why, one word
 * @param httpStatus the store's status, 0 where it is not about an answer
 * @param message a sentence
 */
public record ReportRow(
    String bucket,
    String key,
    @Nullable String versionId,
    String status,
    String code,
    int httpStatus,
    String message) {
  private static final int COLUMNS = 7;

  static ReportRow of(Unit unit, Outcome outcome) {
    return new ReportRow(
        unit.bucket(),
        unit.key(),
        unit.versionId(),
        outcome.status().word(),
        outcome.code(),
        outcome.httpStatus(),
        outcome.message());
  }

  /**
   * Reads the rows of a run, which may be still going on. The caller closes the stream.
   *
   * @param folder the folder of the run
   * @throws IOException if the report cannot be read; while the stream is read it is an {@code
   *     UncheckedIOException}, and {@code IllegalArgumentException} for a line that is no row
   */
  @SuppressWarnings("StreamResourceLeak") // closed by the caller
  public static Stream<ReportRow> read(Path folder) throws IOException {
    return Files.lines(folder.resolve(BulkRunner.REPORT)).map(ReportRow::parse);
  }

  /**
   * Returns the row that a line of a report holds.
   *
   * @param line without its end
   * @throws IllegalArgumentException if it is no row
   */
  public static ReportRow parse(String line) {
    List<String> fields = CsvLine.fields(line);
    if (fields.size() != COLUMNS) {
      throw new IllegalArgumentException(
          "a line of the report has %d columns, expected %d: %s. A run that goes on with the same folder cuts off what was written in part"
              .formatted(fields.size(), COLUMNS, line));
    }
    return new ReportRow(
        fields.get(0),
        CsvLine.key(fields.get(1)),
        fields.get(2).isEmpty() ? null : fields.get(2),
        fields.get(3),
        fields.get(4),
        fields.get(5).isEmpty() ? 0 : Integer.parseInt(fields.get(5)),
        fields.get(6));
  }

  /** Returns the line of the report, without its end. */
  String line() {
    return CsvLine.of(
        bucket,
        CsvLine.encodedKey(key),
        versionId == null ? "" : versionId,
        status,
        code,
        httpStatus == 0 ? "" : Integer.toString(httpStatus),
        message);
  }
}
