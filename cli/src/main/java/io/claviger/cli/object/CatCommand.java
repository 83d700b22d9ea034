package io.claviger.cli.object;

import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.LocalFiles;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.math.BigInteger;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens an object to standard output. */
@Command(
    name = "cat",
    header = "open an object to standard output",
    description = {
      "Writes authenticated bytes as they come. Exit status 7 means that the object was changed, 8"
          + " that the connection broke; what was written is then the beginning at most."
    },
    footer = {
      "  claviger cat s3://shop/photos.tar | tar x",
      "  claviger cat s3://shop/app.log --range -1000"
    })
public final class CatCommand implements Callable<Integer> {
  private static final String RANGE = "\\d+-\\d*|-\\d+";

  private final Shell shell;

  @Mixin private StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "s3://BUCKET/KEY", description = "The object.")
  private String source = "";

  @Option(
      names = "--range",
      paramLabel = "RANGE",
      description = "Only these bytes of it: FIRST-LAST, FIRST- or -COUNT (the last ones).")
  private @Nullable String range;

  @Option(names = "--version-id", paramLabel = "ID", description = "A version; else the current.")
  private @Nullable String versionId;

  CatCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    Location from = Location.ofObject(source);
    String bytes = range == null ? null : "bytes=" + range;
    if (range != null && (!range.matches(RANGE) || isBackwards(range))) {
      throw new CommandException(
          ExitCode.USAGE, "\"%s\" is no range; write 0-99, 100- or -50".formatted(range));
    }
    try (Store open = Store.sealing(store)) {
      Download download = new Download(shell, open.client(), from, bytes, versionId);
      return Transfers.down(shell, download, LocalFiles.STANDARD);
    }
  }

  /** A store takes such a range for none, and sends all. */
  private static boolean isBackwards(String range) {
    String[] ends = range.split("-", -1);
    return !ends[0].isEmpty()
        && !ends[1].isEmpty()
        && new BigInteger(ends[0]).compareTo(new BigInteger(ends[1])) > 0;
  }
}
