package io.claviger.cli.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which of the three standard streams are a terminal. The start script knows and says so by a
 * system property; {@code java -jar} alone looks at what the streams are linked to.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 */
public record Terminal(boolean in, boolean out, boolean err) {
  /** Digits of the streams that are terminals; without the prefix of settings, since it is none. */
  public static final String PROPERTY = "io.claviger.cli.terminal";

  /** No stream is a terminal. */
  public static final Terminal NONE = new Terminal(false, false, false);

  /** Returns that of this process. */
  public static Terminal ofProcess() {
    String said = System.getProperty(PROPERTY);
    return said == null
        ? new Terminal(isTerminal(0), isTerminal(1), isTerminal(2))
        : new Terminal(said.contains("0"), said.contains("1"), said.contains("2"));
  }

  private static boolean isTerminal(int stream) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null; // no such folder: all of them or none
    }
  }

  /** Whether somebody sits there who can be asked. */
  public boolean canAsk() {
    return in && err;
  }
}
