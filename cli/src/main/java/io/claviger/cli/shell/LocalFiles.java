package io.claviger.cli.shell;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Locale;
import java.util.Set;

/**
 * Local files and, by {@code -}, standard streams. A file is written beside its name and gets the
 * name when all of it is there, so nothing that was cut off looks whole; a signal removes it.
 */
public final class LocalFiles {
  /** The name of a standard stream. */
  public static final String STANDARD = "-";

  /** What a file system says of an open file, where Java has no exception of its own. */
  private static final Set<String> DISK =
      Set.of(
          "No space left on device",
          "Disk quota exceeded",
          "File too large",
          "Input/output error",
          "Read-only file system",
          "Stale file handle",
          "Too many open files");

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
      return new StandardInput(new BufferedInputStream(shell.in(), 1 << 16));
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
   * Writes a file whole or not at all. To standard output, a device or a named pipe bytes go as
   * they come. A file that is replaced keeps its rights, and a link to it stays one.
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
    Path named = Path.of(name).toAbsolutePath();
    boolean there = Files.exists(named);
    if (Files.isDirectory(named) || name.endsWith("/")) {
      throw new CommandException(
          ExitCode.LOCAL_FILE,
          "%s is a folder%s; name a file in it".formatted(name, there ? "" : " that is not there"));
    }
    if (there && !Files.isRegularFile(named)) {
      try (OutputStream out = open(name, () -> Files.newOutputStream(named, WRITE))) {
        return writing.into(out);
      }
    }
    if (there) {
      shell.confirm("%s is there and would be replaced.".formatted(name));
    }
    return whole(name, there ? named.toRealPath() : named, writing);
  }

  private static <T> T whole(String name, Path target, Writing<T> writing) throws IOException {
    Path part =
        target.resolveSibling(
            ".claviger-%d-%x.part".formatted(ProcessHandle.current().pid(), System.nanoTime()));
    try (Cleanups.Open cleanup = Cleanups.register(() -> delete(part))) {
      T made;
      try (OutputStream out = open(name, () -> Files.newOutputStream(part, CREATE_NEW, WRITE))) {
        takeRights(part, target);
        made = writing.into(out);
      }
      cleanup.commit(() -> move(name, part, target));
      return made;
    }
  }

  /** What only its owner could read is read by nobody else after it was replaced. */
  private static void takeRights(Path part, Path target) throws IOException {
    PosixFileAttributeView rights =
        Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (rights != null && Files.exists(target)) {
      Files.setPosixFilePermissions(part, rights.readAttributes().permissions());
    }
  }

  /** Opens a file for writing. */
  @FunctionalInterface
  private interface Opening {
    OutputStream open() throws IOException;
  }

  private static OutputStream open(String name, Opening opening) {
    try {
      return new Writable(opening.open(), name);
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
    if (Files.notExists(part)) {
      return;
    }
    try {
      Files.delete(part);
    } catch (IOException e) {
      System.err.println(part + " is incomplete and could not be deleted; delete it");
    }
  }

  /** Returns what it means that a file which the failure names cannot be used. */
  public static CommandException unusable(FileSystemException e) {
    return e instanceof NoSuchFileException
        ? new CommandException(
            ExitCode.NOT_FOUND, "%s is not there; check the path".formatted(e.getFile()), e)
        : new CommandException(
            ExitCode.LOCAL_FILE,
            "%s cannot be used (%s); check path and rights".formatted(e.getFile(), reason(e)),
            e);
  }

  static CommandException unreadable(String name, String what, IOException e) {
    return e instanceof NoSuchFileException
        ? new CommandException(
            ExitCode.NOT_FOUND, "%s: no such file (%s); check the path".formatted(name, what), e)
        : new CommandException(
            ExitCode.LOCAL_FILE,
            "%s cannot be read (%s); check it and its rights".formatted(name, reason(e)),
            e);
  }

  /** Returns what it means that {@code name} took not all of what was written. */
  public static CommandException unwritable(String name, IOException e) {
    return isReaderGone(e)
        ? new CommandException(
            ExitCode.READER_ENDED, "%s: its reader ended before the end".formatted(name), e)
        : new CommandException(
            ExitCode.LOCAL_FILE,
            "%s cannot be written (%s); check path, rights and space".formatted(name, reason(e)),
            e);
  }

  private static boolean isReaderGone(IOException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
  }

  /**
   * Whether a failure of the key service is one of a local disk: what keys in a folder have in
   * place of an outage.
   */
  public static boolean isOfADisk(KmsException e) {
    if (e.kind() != ErrorKind.UNAVAILABLE) {
      return false;
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof FileSystemException
          || cause instanceof IOException && DISK.contains(String.valueOf(cause.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  /** Returns why a file cannot be used, without its name. */
  private static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "the folder is not there"
        : e instanceof AccessDeniedException
            ? "no right"
            : e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException
                ? "something else is there"
                : e instanceof FileSystemException system && system.getReason() != null
                    ? system.getReason()
                    : String.valueOf(e.getMessage());
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

  /** Standard input, which closing leaves open. */
  private static final class StandardInput extends FilterInputStream {
    StandardInput(InputStream source) {
      super(source);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      try {
        return in.read(target, offset, length);
      } catch (IOException e) {
        throw unreadable("standard input", "the input", e);
      }
    }

    @Override
    public void close() {}
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
