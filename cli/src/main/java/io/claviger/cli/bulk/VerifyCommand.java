package io.claviger.cli.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.verify.VerifyJob;
import io.claviger.cli.object.Store;
import io.claviger.cli.object.StoreOptions;
import io.claviger.cli.shell.Shell;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves every object of a bucket, with its keys. */
@Command(
    name = "verify",
    header = "open and authenticate every object of a bucket",
    description = {
      "Reads every byte of each object with its key. Each one that does not open, is not sealed, or"
          + " whose metadata was changed, is a row of report.csv; the exit status is then 9. This"
          + " is the proof that audit is not (docs/bulk.md).",
      "A run that was ended goes on when the same command is given again."
    },
    footer = {
      "  claviger verify s3://shop --versions --dry-run --prices 0.0004,0.005,0.03,0.09",
      "  claviger verify s3://shop/orders/ --quick"
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final String NAME = "verify";

  private final Shell shell;

  @Mixin private RunOptions options = new RunOptions();
  @Mixin private StoreOptions store = new StoreOptions();

  @Option(
      names = "--quick",
      description = "Envelope, length, first and last segment only: the middle stays unproved.")
  private boolean quick;

  VerifyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    options.requirePlace();
    VerifyJob job = quick ? VerifyJob.QUICK : VerifyJob.WHOLE;
    try (Store stored = Store.plain(store);
        Store sealing = Store.sealing(store, Map.of("metadata", "refuse"))) {
      return new JobRun(shell, options)
          .run(NAME, job, Clients.of(stored.client(), sealing.client()));
    }
  }
}
