package io.claviger.cli;

import io.claviger.cli.object.StoreFailures;
import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Printable;
import io.claviger.cli.shell.Shell;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Every failure of a command becomes a sentence on standard error and an exit status here. A stack
 * trace is shown with {@code --debug} only.
 */
final class Failures {
  /** Advice of the library that names a Java call, and what does the same here. */
  private static final Map<String, String> COMMANDS =
      Map.of(
          "plaintextObjects", "CLAVIGER_S3_PLAINTEXT_OBJECTS",
          "bucketAliases", "CLAVIGER_S3_BUCKET_ALIASES",
          "exportReadableTo", "claviger key export --readable",
          "rebuild", "claviger key folder rebuild",
          "LocalKeyFolder.giveUp", "claviger key folder give-up");

  private Failures() {}

  /** Reports {@code e} and returns the exit status. */
  static int report(Shell shell, Exception e) {
    if (Cleanups.isEnding()) {
      return ExitCode.NOT_CONFIRMED.status(); // the signal's status counts
    }
    if (e instanceof SdkException sdk) {
      return report(shell, StoreFailures.of("the store", sdk));
    }
    if (e instanceof FileSystemException file) {
      return report(shell, LocalFiles.unusable(file));
    }
    ExitCode code;
    String kind;
    if (e instanceof CommandException own) {
      code = own.code();
      kind = code.name();
    } else if (e instanceof KmsException kms) {
      code = ExitCode.of(kms.kind());
      kind = kms.kind().name();
    } else if (e instanceof FormatException format) {
      code = ExitCode.DAMAGED;
      kind = format.failure().name();
    } else if (e instanceof IOException || e instanceof InvalidPathException) {
      code = ExitCode.LOCAL_FILE;
      kind = code.name();
    } else {
      code = ExitCode.INTERNAL;
      kind = code.name();
    }
    if (code != ExitCode.READER_ENDED || shell.isDebug()) {
      write(shell, code, kind, message(code, e), e);
    }
    return code.status();
  }

  private static String message(ExitCode code, Exception e) {
    if (code == ExitCode.INTERNAL && !(e instanceof KmsException)) {
      return "internal error, %s: %s. Run it again with --debug and report what it shows"
          .formatted(e.getClass().getSimpleName(), e.getMessage());
    }
    String said = String.valueOf(e.getMessage());
    for (Map.Entry<String, String> command : COMMANDS.entrySet()) {
      if (said.matches("(?s).*\\b" + command.getKey() + "\\b.*")) {
        return "%s (here: %s)".formatted(said, command.getValue());
      }
    }
    return said;
  }

  /** Writes an error. */
  static void write(Shell shell, ExitCode code, String kind, String message, Exception e) {
    if (shell.isJson()) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("kind", kind);
      error.put("exitCode", code.status());
      error.put("message", message);
      shell.errorAsJson(Map.of("error", error));
    } else {
      shell.err().println("claviger: " + Printable.of(message));
    }
    if (shell.isDebug()) {
      e.printStackTrace(shell.err());
    }
  }
}
