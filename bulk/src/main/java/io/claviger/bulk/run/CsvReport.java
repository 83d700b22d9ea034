package io.claviger.bulk.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.claviger.bulk.Outcome;
import io.claviger.bulk.Unit;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The file of {@link ReportRow rows} of a run. Without a header, as those of S3 Batch Operations.
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
    String row = ReportRow.of(unit, outcome).line() + "\n";
    byte[] text = row.getBytes(UTF_8);
    out.write(text);
    bytes += text.length;
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

  /**
   * What was not flushed is of units that are not written down as done: the next run cuts it off.
   */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
