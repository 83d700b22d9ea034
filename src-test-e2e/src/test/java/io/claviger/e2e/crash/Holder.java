package io.claviger.e2e.crash;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Holds the lock of a key folder until its input ends. Argument: the lock file. */
final class Holder {
  private Holder() {}

  public static void main(String[] args) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      System.out.println("HELD " + held.isValid());
      System.in.read();
    }
  }
}
