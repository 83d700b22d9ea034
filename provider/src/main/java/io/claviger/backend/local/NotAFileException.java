package io.claviger.backend.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Something that is no regular file stands where a file should be. It is never opened: opening a
 * pipe waits for its other end for ever.
 */
final class NotAFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String what;

  private NotAFileException(Path file, String what) {
    super("%s: %s".formatted(file.getFileName(), what));
    this.what = what;
  }

  /** Returns what is there, to stand behind the name of what should be a file. */
  String what() {
    return what;
  }

  /** Throws unless there is a regular file; NoSuchFileException if there is nothing. */
  static void refuse(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile()) {
      String what = found.isSymbolicLink() ? "a symbolic link" : "a pipe, socket or device";
      throw new NotAFileException(
          file, "is %s, not a file".formatted(found.isDirectory() ? "a directory" : what));
    }
  }
}
