package io.claviger.cli.shell;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One line on a terminal that says how far a transfer is, at most five times a second; it is wiped
 * at the end. Without a terminal it counts and says nothing. Threads: one.
 */
public final class Progress implements AutoCloseable {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String WIPE = "\r\u001b[K";

  private final @Nullable PrintStream terminal;
  private final String what;
  private final long totalBytes;
  private final long begun = System.nanoTime();
  private long shown = begun;
  private boolean visible;
  private long bytes;

  /**
   * Makes one.
   *
   * @param terminal where it is shown, null for nowhere
   * @param totalBytes all that is to come, below 0 when not known
   */
  Progress(@Nullable PrintStream terminal, String what, long totalBytes) {
    this.terminal = terminal;
    this.what = what;
    this.totalBytes = totalBytes;
  }

  /** Counts {@code more} bytes. */
  public void add(long more) {
    bytes += more;
    long now = System.nanoTime();
    if (terminal != null && now - shown >= EVERY_NANOS) {
      shown = now;
      visible = true;
      terminal.print(WIPE + line(now - begun));
      terminal.flush();
    }
  }

  /** Shows this in the place of the count. Also for several threads. */
  public synchronized void show(String line) {
    if (terminal != null) {
      visible = true;
      terminal.print(WIPE + what + ": " + line);
      terminal.flush();
    }
  }

  private String line(long nanos) {
    double rate = bytes / (nanos / 1e9);
    String all = totalBytes < 0 ? "" : " of " + Sizes.shortText(totalBytes);
    String left =
        totalBytes < 0 || rate < 1
            ? ""
            : ", %d s left".formatted(Math.round((totalBytes - bytes) / rate));
    return "%s: %s%s, %s/s%s"
        .formatted(what, Sizes.shortText(bytes), all, Sizes.shortText(Math.round(rate)), left);
  }

  /** Returns {@code source}, what is read from it counted. */
  public InputStream counting(InputStream source) {
    return new FilterInputStream(source) {
      @Override
      public int read() throws IOException {
        int value = super.read();
        add(value < 0 ? 0 : 1);
        return value;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        add(Math.max(0, count));
        return count;
      }
    };
  }

  /** Wipes the line. */
  @Override
  public void close() {
    if (terminal != null && visible) {
      terminal.print(WIPE);
      terminal.flush();
    }
  }
}
