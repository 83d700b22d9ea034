package io.claviger.backend.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A disk that crashes, or fails, at one step. */
final class FailingDisk extends Disk {
  /** The process is dead. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  int stepsLeft = Integer.MAX_VALUE;
  boolean crash;
  boolean failed;

  private void step() throws IOException {
    if (stepsLeft-- == 0) {
      failed = true;
      if (crash) {
        throw new Crash();
      }
      throw new IOException("Input/output error");
    }
    if (failed && crash) {
      throw new Crash(); // a process that is dead does nothing more
    }
  }

  @Override
  void write(Path file, byte[] content) throws IOException {
    if (stepsLeft == 0) {
      super.write(file, Arrays.copyOf(content, content.length / 2));
    }
    step();
    super.write(file, content);
  }

  @Override
  void sync(Path file) throws IOException {
    step();
    super.sync(file);
  }

  @Override
  void syncFolder(Path folder) throws IOException {
    step();
    super.syncFolder(folder);
  }

  @Override
  void rename(Path from, Path to) throws IOException {
    step();
    super.rename(from, to);
  }

  @Override
  void delete(Path file) throws IOException {
    step();
    super.delete(file);
  }
}
