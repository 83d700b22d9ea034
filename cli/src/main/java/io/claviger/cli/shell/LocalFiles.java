package io.claviger.cli.shell;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Local files and, by {@code -}, standard streams. A file is written beside its name and gets the
 * name when all of it is there, so nothing that was cut off looks whole; a signal removes it.
 */
public final class LocalFiles {
  /** The name of a standard stream. */
  public static final String STANDARD = "-";

  private final Shell shell;

  public LocalFiles(Shell shell) {
    this.shell = shell;
  }

  /** What writes into a stream that belongs to the caller of {@link #write}. */
  @FunctionalInterface
  public interface Writing<T> {
    T into(OutputStream target) throws IOException;
  }

  /** Returns the length of a file, below 0 for a standard stream or a pipe. */
  public static long size(String name) {
    try {
      Path file = Path.of(name);
      return name.equals(STANDARD) || !Files.isRegularFile(file) ? -1 : Files.size(file);
    } catch (IOException e) {
      throw unreadable(name, "the input", e);
    }
  }

  /** Opens a file, or standard input, which closing leaves open. */
  public InputStream read(String name) {
    if (name.equals(STANDARD)) {
      return new FilterInputStream(new BufferedInputStream(shell.in(), 1 << 16)) {
        @Override
        public void close() {}
      };
    }
    try {
      if (Files.isDirectory(Path.of(name))) {
        throw new CommandException(
            ExitCode.LOCAL_FILE, "%s is a folder; name a file in it".formatted(name));
      }
      return Files.newInputStream(Path.of(name));
    } catch (IOException e) {
      throw unreadable(name, "the input", e);
    }
  }

  /**
   * Writes a file whole or not at all, or standard output, to which bytes go as they come.
   *
   * @throws CommandException LOCAL_FILE, NOT_CONFIRMED for a file that is there and shall stay
   */
  public <T> T write(String name, Writing<T> writing) throws IOException {
    if (name.equals(STANDARD)) {
      OutputStream out = new Standard(shell.bytesOut());
      T made = writing.into(out);
      out.flush();
      return made;
    }
    Path target = Path.of(name).toAbsolutePath();
    if (Files.exists(target)) {
      shell.confirm("%s is there and would be replaced.".formatted(name));
    }
    Path part = beside(target);
    try (Cleanups.Open cleanup = Cleanups.register(() -> delete(part))) {
      T made;
      try (OutputStream out = open(name, part)) {
        made = writing.into(out);
      }
      cleanup.commit(() -> move(name, part, target));
      return made;
    }
  }

  private static Path beside(Path target) {
    Path name = target.getFileName();
    return target.resolveSibling(
        ".%s.%d.part".formatted(name == null ? "" : name, ProcessHandle.current().pid()));
  }

  private static OutputStream open(String name, Path part) {
    try {
      return new Writable(Files.newOutputStream(part), name);
    } catch (IOException e) {
      throw unwritable(name, e);
    }
  }

  private static void move(String name, Path part, Path target) {
    try {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(name, e);
    }
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      System.err.println(part + " is incomplete and could not be deleted; delete it");
    }
  }

  static CommandException unreadable(String name, String what, IOException e) {
    return e instanceof NoSuchFileException
        ? new CommandException(
            ExitCode.NOT_FOUND, "%s: no such file (%s); check the path".formatted(name, what), e)
        : new CommandException(
            ExitCode.LOCAL_FILE,
            "%s cannot be read (%s); check path and rights".formatted(name, reason(e)),
            e);
  }

  static CommandException unwritable(String name, IOException e) {
    return new CommandException(
        ExitCode.LOCAL_FILE,
        "%s cannot be written (%s); check path, rights and space".formatted(name, reason(e)),
        e);
  }

  private static @Nullable String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "the folder is not there"
        : e instanceof AccessDeniedException
            ? "no right"
            : e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException
                ? "something else is there"
                : e.getMessage();
  }

  /** Says which file it was that could not be written. */
  private static class Writable extends FilterOutputStream {
    private final String name;

    Writable(OutputStream target, String name) {
      super(target);
      this.name = name;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw unwritable(name, e);
      }
    }
  }

  /** Standard output, which closing leaves open. */
  private static final class Standard extends Writable {
    Standard(OutputStream target) {
      super(target, "standard output");
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
