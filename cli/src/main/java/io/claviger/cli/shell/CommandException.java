package io.claviger.cli.shell;

import org.jspecify.annotations.Nullable;

/** Ends a command with a sentence that says what was found and what to do. Holds no secret. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  public CommandException(ExitCode code, String message) {
    this(code, message, null);
  }

  public CommandException(ExitCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ExitCode code() {
    return code;
  }
}
