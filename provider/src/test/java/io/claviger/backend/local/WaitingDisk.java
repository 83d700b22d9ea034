package io.claviger.backend.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A disk that waits at its first rename of a manifest until it may go on, and counts them. */
final class WaitingDisk extends Disk {
  private static final long BOUND_SECONDS = 120;

  final CountDownLatch waits = new CountDownLatch(1);
  final CountDownLatch goOn = new CountDownLatch(1);
  int renames;

  @Override
  void rename(Path from, Path to) throws IOException {
    if (to.endsWith(KeyFolder.MANIFEST)) {
      renames++;
      waits.countDown();
      try {
        if (!goOn.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("nobody let the rename go on");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    super.rename(from, to);
  }
}
