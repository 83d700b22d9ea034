package io.claviger.cli;

import io.claviger.cli.object.StoreFailures;
import io.claviger.cli.shell.Advice;
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
import picocli.CommandLine.ExecutionException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Every failure of a command becomes a sentence on standard error and an exit status here. A stack
 * trace is shown with {@code --debug} only.
 */
final class Failures {
  private Failures() {}

  /** Reports an error of the JVM, and returns the exit status. */
  static int report(Shell shell, Error e) {
    return e instanceof OutOfMemoryError
        ? report(
            shell,
            new CommandException(
                ExitCode.CONFIGURATION,
                "the heap is too small (%s); give it more, or leave -Xmx out of JAVA_OPTS"
                    .formatted(e.getMessage()),
                e))
        : report(shell, new IllegalStateException(e.toString(), e));
  }

  /** Reports {@code e} and returns the exit status. */
  static int report(Shell shell, Exception e) {
    if (e instanceof ExecutionException && e.getCause() instanceof Error error) {
      return report(shell, error);
    }
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
      code = LocalFiles.isOfADisk(kms) ? ExitCode.LOCAL_FILE : ExitCode.of(kms.kind());
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
    return Advice.of(String.valueOf(e.getMessage()));
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
