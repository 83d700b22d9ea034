package io.claviger.bulk.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.file.Path;

/**
 * The rows of a run in the columns of S3 Batch Operations: {@code Bucket, Key, VersionId,
 * TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage}. Keys are URL-encoded as there, so that
 * such a file is a manifest too. Without a header, as there.
 *
 * <p>Threads: guarded by the ledger.
 */
final class CsvReport implements Closeable {
  private final FileOutputStream file;
  private final OutputStream out;
  private long bytes;

  /**
   * Opens a report and cuts off what is behind {@code keptBytes}: rows of units that a killed run
   * did not write down as done.
   */
  CsvReport(Path path, long keptBytes) throws IOException {
    this.file = new FileOutputStream(path.toFile(), true);
    this.file.getChannel().truncate(keptBytes);
    this.out = new BufferedOutputStream(file, 1 << 16);
    this.bytes = keptBytes;
  }

  void write(Unit unit, Outcome outcome) throws IOException {
    String row =
        "%s,%s,%s,%s,%s,%s,%s\n"
            .formatted(
                quoted(unit.bucket()),
                quoted(URLEncoder.encode(unit.key(), UTF_8).replace("%2F", "/")),
                quoted(unit.versionId() == null ? "" : unit.versionId()),
                outcome.status().word(),
                quoted(outcome.code()),
                outcome.httpStatus() == 0 ? "" : outcome.httpStatus(),
                quoted(outcome.message()));
    byte[] text = row.getBytes(UTF_8);
    out.write(text);
    bytes += text.length;
  }

  private static String quoted(String field) {
    String line = field.replaceAll("[\\r\\n]+", " ");
    boolean plain = line.indexOf(',') < 0 && line.indexOf('"') < 0;
    return plain ? line : '"' + line.replace("\"", "\"\"") + '"';
  }

  /** Writes what is buffered to the file and returns its length in bytes. */
  long flush() throws IOException {
    out.flush();
    return bytes;
  }

  /** Waits until what was flushed is on the disk. Needs no guard. */
  void sync() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      out.flush();
    }
  }
}
