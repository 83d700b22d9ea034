package io.claviger.examples;

import java.io.PrintStream;
import java.time.Duration;

/** One line that grows: share, bytes, speed. */
final class ProgressBar {
  private static final int WIDTH = 40;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final PrintStream out;
  private final long totalBytes;
  private final long begun = System.nanoTime();
  private long drawn = begun - PAUSE.toNanos();
  private boolean ended;

  ProgressBar(PrintStream out, long totalBytes) {
    this.out = out;
    this.totalBytes = totalBytes;
  }

  /** Draws, a few times a second at most, and in any case at the end. */
  void show(long doneBytes) {
    long now = System.nanoTime();
    boolean last = doneBytes >= totalBytes;
    if (ended || !last && now - drawn < PAUSE.toNanos()) {
      return;
    }
    drawn = now;
    ended = last;
    double share = totalBytes == 0 ? 1 : Math.min(1, (double) doneBytes / totalBytes);
    int full = (int) (share * WIDTH);
    double seconds = Math.max(1e-3, (now - begun) / 1e9);
    out.printf(
        "\r[%s%s] %3d %% %,d MiB, %,.0f MiB/s%s",
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        (int) (share * 100),
        doneBytes >> 20,
        doneBytes / seconds / (1 << 20),
        last ? System.lineSeparator() : "");
    out.flush();
  }
}
