package io.claviger.backend.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A disk that stops answering, at reads of files and when they are made durable. */
final class HangingDisk extends Disk {
  volatile boolean hangs;

  /** Opens when a step hangs. */
  final CountDownLatch waits = new CountDownLatch(1);

  private final CountDownLatch works = new CountDownLatch(1);

  /** Lets all go on that hangs, for ever. */
  void letGo() {
    works.countDown();
  }

  private void step() {
    boolean interrupted = false;
    while (hangs && works.getCount() > 0) {
      waits.countDown();
      try {
        works.await();
      } catch (InterruptedException e) {
        interrupted = true; // what hangs in the kernel is not interrupted
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  byte[] read(Path file, int bytes) throws IOException {
    step();
    return super.read(file, bytes);
  }

  @Override
  void sync(Path file) throws IOException {
    step();
    super.sync(file);
  }
}
