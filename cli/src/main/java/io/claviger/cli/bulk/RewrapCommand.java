package io.claviger.cli.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.cli.object.Store;
import io.claviger.cli.object.StoreOptions;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Wraps the data keys of a bucket again, after a rotation or for another master key. */
@Command(
    name = "rewrap",
    header = "take every object of a bucket to the current version of its key, or to another key",
    description = {
      "Wraps the data key of each object again, under the current version of its master key or"
          + " under --to-key; the store copies the bytes, which do not travel. What is already so"
          + " is left alone, an object that is overwritten meanwhile too. Old versions of objects"
          + " keep the key that they have. Who holds an old data key can still open what it sealed:"
          + " against that only a new PUT helps (docs/bulk.md).",
      "Objects that are not sealed are rows of report.csv; the exit status is then 9. A run that"
          + " was ended goes on when the same command is given again."
    },
    footer = {
      "  claviger key rotate orders",
      "  claviger rewrap s3://shop/orders/ --dry-run",
      "  claviger rewrap s3://shop/orders/"
    })
public final class RewrapCommand implements Callable<Integer> {
  private static final String NAME = "rewrap";

  private final Shell shell;

  @Mixin private RunOptions options = new RunOptions();
  @Mixin private StoreOptions store = new StoreOptions();

  @Option(
      names = "--to-key",
      paramLabel = "KEY",
      description = "The master key that objects shall have; by default the one that each has.")
  private @Nullable String toKey;

  RewrapCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    options.requirePlace();
    RewrapJob job = toKey == null ? RewrapJob.toCurrentVersions() : RewrapJob.toKey(toKey);
    try (Store stored = Store.plain(store);
        Store sealing = Store.sealing(store, Map.of())) {
      if (toKey != null) {
        sealing.requireKeyIsThere(toKey);
      }
      return new JobRun(shell, options)
          .run(NAME, job, Clients.of(stored.client(), sealing.client()));
    }
  }
}
