package io.claviger.backend.local;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The steps that a change of the folder is made of; a disk may refuse each of them. An interrupt
 * does not cut a step off: a change that other threads wait for is carried to its end.
 */
class Disk {
  /** Writes all bytes into a file that is there and empty. */
  void write(Path file, byte[] content) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
    }
  }

  /** Makes the content of a file durable. */
  void sync(Path file) throws IOException {
    uninterrupted(
        () -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        });
  }

  /** Makes names in a folder durable. */
  void syncFolder(Path folder) throws IOException {
    uninterrupted(
        () -> {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          }
        });
  }

  /** Renames a file over another, in one step. */
  void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes a file if it is there. */
  void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** One step of input or output. */
  interface Step {
    void run() throws IOException;
  }

  /** Carries out a step that may be repeated; an interrupt stays set for whoever waits next. */
  static void uninterrupted(Step step) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          step.run();
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
