package io.claviger.cli.file;

import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens what encrypt sealed. */
@Command(
    name = "decrypt",
    header = "open what encrypt sealed",
    description = {
      "Opens a KMSEnvelope message. Only authenticated bytes are written, from the first on. To"
          + " standard output they go as they come: exit status 7 means that the end is missing or"
          + " was changed, and what was written is the beginning at most. A file appears when all of"
          + " it was authenticated."
    },
    footer = {
      "  claviger decrypt --key orders \"March 2026.csv.clvm\" \"March 2026.csv\"",
      "  claviger decrypt --key orders < photos.tar.clvm | tar x"
    })
public final class DecryptCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "The message; standard input by default.")
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
      description = "The key that sealed it; by default CLAVIGER_DEFAULT_KEY_ID.")
  private @Nullable String key;

  @Option(
      names = "--context",
      paramLabel = "NAME=VALUE",
      description = "What encrypt was given; may be given several times.")
  private @Nullable Map<String, String> context;

  @Option(names = "--aad", paramLabel = "TEXT", description = "What encrypt was given.")
  private @Nullable String aad;

  DecryptCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    return new Messages(shell, key, context, aad)
        .pass("opened", input, output, (envelope, in, out) -> envelope.open(in, out));
  }
}
