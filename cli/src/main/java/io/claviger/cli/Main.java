package io.claviger.cli;

import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import io.claviger.cli.shell.Terminal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/** The program: one command, then the process ends with its exit status. */
public final class Main {
  /** Names of the encoding of the locale C. */
  private static final Set<String> ASCII = Set.of("ANSI_X3.4-1968", "US-ASCII", "646");

  private Main() {}

  /** Runs the command that {@code args} name. */
  public static void main(String[] args) {
    prepare();
    Cleanups.onSignal(Thread.currentThread());
    Shell shell =
        new Shell(
            standardInput(),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Terminal.ofProcess());
    int status = areLost() ? refuse(shell) : CommandLines.run(shell, args);
    Cleanups.ended();
    System.exit(status);
  }

  /**
   * Runs the command that {@code args} name over streams that are no terminal, and returns its exit
   * status. For programs that run many in one JVM; nothing is thrown, and the JVM goes on.
   */
  public static int run(InputStream in, OutputStream out, OutputStream err, String... args) {
    prepare();
    return CommandLines.run(new Shell(in, out, err, Terminal.NONE), args);
  }

  private static void prepare() {
    // a process of one command gains nothing from ciphers that are warmed up beside it
    System.setProperty("claviger.warm_up", "false");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    System.setProperty("org.slf4j.simpleLogger.showLogName", "false");
    // that the default key is missing says the command that needs it
    System.setProperty("org.slf4j.simpleLogger.log.io.claviger.service", "error");
  }

  /**
   * Returns standard input. Where it was closed, a file of the JVM's own has its number, and would
   * be taken for the input. The start script leaves none closed.
   */
  private static InputStream standardInput() {
    return System.getProperty(Terminal.PROPERTY) != null || !isOwnFile(Path.of("/proc/self/fd/0"))
        ? new FileInputStream(FileDescriptor.in)
        : new ClosedInput();
  }

  /** Whether it is of the JDK, or the jar that runs: any other jar may be somebody's input. */
  private static boolean isOwnFile(Path opened) {
    try {
      Path file = opened.toRealPath();
      return file.startsWith(Path.of(System.getProperty("java.home")).toRealPath())
          || file.equals(Path.of(System.getProperty("java.class.path")).toRealPath());
    } catch (IOException | InvalidPathException e) {
      return false; // a pipe, or no such folder here
    }
  }

  private static final class ClosedInput extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("it is closed");
    }
  }

  /**
   * Whether arguments have letters that this JVM did not decode: in the locale C each becomes a
   * question mark, and an object would be stored under another name than the one given.
   */
  private static boolean areLost() {
    if (!ASCII.contains(System.getProperty("sun.jnu.encoding", ""))) {
      return false;
    }
    try {
      for (byte b : Files.readAllBytes(Path.of("/proc/self/cmdline"))) {
        if (b < 0) {
          return true;
        }
      }
    } catch (IOException e) {
      // no such folder here: nothing is known
    }
    return false;
  }

  private static int refuse(Shell shell) {
    return Failures.report(
        shell,
        new CommandException(
            ExitCode.USAGE,
            "an argument has letters that this locale does not know; run it with LC_ALL=C.UTF-8"));
  }
}
