package io.claviger.cli.shell;

import java.io.Console;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams and manners of one run: what the global options say, whether a terminal is there, how
 * results and questions are written. Results go to standard output, everything else to standard
 * error, so that a pipe gets results only.
 *
 * <p>Threads: one.
 */
public final class Shell {
  /** When results are coloured. */
  public enum Colour {
    AUTO,
    ALWAYS,
    NEVER
  }

  private final InputStream in;
  private final Output output;
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private boolean json;
  private boolean debug;
  private boolean quiet;
  private boolean yes;
  private Colour colour = Colour.AUTO;

  public Shell(InputStream in, OutputStream out, OutputStream err, Terminal terminal) {
    this.in = in;
    this.output = new Output(out);
    this.out = new PrintStream(output, true, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.terminal = terminal;
  }

  public void json(boolean on) {
    json = on;
  }

  public void debug(boolean on) {
    debug = on;
  }

  public void quiet(boolean on) {
    quiet = on;
  }

  public void yes(boolean on) {
    yes = on;
  }

  public void colour(Colour when) {
    colour = when;
  }

  /** Whether results are JSON. */
  public boolean isJson() {
    return json;
  }

  /** Whether stack traces are shown. */
  public boolean isDebug() {
    return debug;
  }

  /** Whether results are coloured: on a terminal, unless {@code NO_COLOR} or an option says no. */
  public boolean isColoured() {
    return colour == Colour.ALWAYS
        || colour == Colour.AUTO && terminal.out() && System.getenv("NO_COLOR") == null;
  }

  public Terminal terminal() {
    return terminal;
  }

  /** Returns standard input, which nobody closes. */
  public InputStream in() {
    return in;
  }

  /** Returns standard output for bytes: its failures are exceptions. */
  public OutputStream bytesOut() {
    return output;
  }

  public PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

  /** Writes the result: {@code data} with {@code --json}, else {@code text}. */
  public void result(Map<String, ?> data, Consumer<PrintStream> text) {
    if (json) {
      out.println(JsonText.of(data));
    } else {
      text.accept(out);
    }
    requireWritten();
  }

  /** Writes an error as JSON, to standard error. */
  public void errorAsJson(Map<String, ?> error) {
    err.println(JsonText.of(error));
  }

  /** Fails when standard output took not all of what was printed: a full disk, an ended reader. */
  public void requireWritten() {
    if (out.checkError()) {
      IOException failure = output.failure;
      CommandException unwritable =
          LocalFiles.unwritable(
              "standard output", failure == null ? new IOException("it is closed") : failure);
      throw unwritable.code() == ExitCode.READER_ENDED
          ? unwritable
          : new CommandException(
              unwritable.code(),
              unwritable.getMessage() + ". What the command did is done; its result is not shown",
              unwritable);
    }
  }

  /** Writes a line for people beside the result; none with {@code --quiet}. */
  public void say(String line) {
    if (!quiet) {
      err.println(Printable.of(line));
    }
  }

  /** Returns progress of {@code what}: shown on a terminal, never in a pipe. */
  public Progress progress(String what, long totalBytes) {
    return new Progress(terminal.err() && !quiet && !json ? err : null, what, totalBytes);
  }

  /**
   * Returns when the answer is yes, given by {@code --yes} or at the terminal.
   *
   * @throws CommandException NOT_CONFIRMED otherwise; nothing was done
   */
  public void confirm(String consequence) {
    if (yes) {
      return;
    }
    String answer = ask(consequence, "Go on? [y/N] ", "repeat it with --yes");
    if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
      throw new CommandException(ExitCode.NOT_CONFIRMED, "answered with no; nothing was done");
    }
  }

  /**
   * Returns when {@code given}, or the answer at the terminal, is {@code word}. {@code --yes} is
   * not enough.
   *
   * @throws CommandException NOT_CONFIRMED otherwise
   */
  public void confirmWord(String consequence, String word, @Nullable String given, String option) {
    String answer =
        given != null
            ? given
            : ask(
                consequence,
                "Write %s to go on: ".formatted(word),
                "repeat it with %s %s".formatted(option, word));
    if (!answer.strip().equals(word)) {
      throw new CommandException(
          ExitCode.NOT_CONFIRMED,
          "\"%s\" is not %s; nothing was done".formatted(answer.strip(), word));
    }
  }

  private String ask(String consequence, String question, String otherwise) {
    if (!terminal.canAsk()) {
      throw new CommandException(
          ExitCode.NOT_CONFIRMED,
          "%s Nobody can be asked, since standard input is no terminal; %s"
              .formatted(consequence, otherwise));
    }
    err.print(Printable.of(consequence) + " " + question);
    err.flush();
    StringBuilder line = new StringBuilder();
    try {
      for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
        line.append((char) c);
      }
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NOT_CONFIRMED, "the answer cannot be read; " + otherwise, e);
    }
    return line.toString();
  }

  /** Asks for a secret without showing it; null when nobody can be asked. */
  char @Nullable [] askSecret(String prompt) {
    Console console = terminal.canAsk() ? System.console() : null;
    return console == null ? null : console.readPassword("%s", prompt);
  }

  /** Remembers why standard output took not all: a PrintStream does not. */
  private static final class Output extends FilterOutputStream {
    private @Nullable IOException failure;

    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
