package io.claviger.backend.local;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The steps of reading and of changes; a disk may refuse each of them, or never return. */
class Disk {
  /** Returns at most {@code bytes} bytes from the start of a file; opens nothing but files. */
  byte[] read(Path file, int bytes) throws IOException {
    NotAFileException.refuse(file);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(bytes);
    }
  }

  /** Writes all bytes into a file that is there and empty. */
  void write(Path file, byte[] content) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
    }
  }

  /** Makes the content of a file durable. */
  void sync(Path file) throws IOException {
    force(file, StandardOpenOption.WRITE);
  }

  /** Makes names in a folder durable. */
  void syncFolder(Path folder) throws IOException {
    force(folder, StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
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
}
