package io.claviger.cli.file;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Seals a file or a pipe. */
@Command(
    name = "encrypt",
    header = "seal a file or a pipe",
    description = {
      "Seals its input as one KMSEnvelope message of any size, in bounded memory. The output file"
          + " appears when all of it is there."
    },
    footer = {
      "  claviger encrypt --key orders \"March 2026.csv\" \"March 2026.csv.clvm\"",
      "  tar c photos | claviger encrypt --key orders > photos.tar.clvm"
    })
public final class EncryptCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "The file to be sealed; standard input by default.")
  private String input = LocalFiles.STANDARD;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUTPUT",
      description = "The file to be written; standard output by default.")
  private String output = LocalFiles.STANDARD;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "ID",
      description = "The key; by default CLAVIGER_DEFAULT_KEY_ID.")
  private @Nullable String key;

  @Option(
      names = "--context",
      paramLabel = "NAME=VALUE",
      description =
          "Bound to the message: decrypt needs the same ones. May be given several times.")
  private @Nullable Map<String, String> context;

  @Option(
      names = "--aad",
      paramLabel = "TEXT",
      description = "Associated data: not in the message, and decrypt needs the same.")
  private @Nullable String aad;

  EncryptCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    if (output.equals(LocalFiles.STANDARD) && shell.terminal().out()) {
      throw new CommandException(
          ExitCode.USAGE,
          "a sealed message is no text for a terminal; name an output file, or redirect standard output");
    }
    return new Messages(shell, key, context, aad)
        .pass("sealed", input, output, (envelope, in, out) -> envelope.seal(in, out));
  }
}
