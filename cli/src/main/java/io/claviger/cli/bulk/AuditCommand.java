package io.claviger.cli.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.audit.AuditJob;
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

/** Finds what is not sealed in a bucket, without any key. */
@Command(
    name = "audit",
    header = "find what is not sealed in a bucket; needs no key",
    description = {
      "Says of every object whether it has the form of a sealed one, and under which key and"
          + " version. Each other one is a row of report.csv; the exit status is then 9. It proves"
          + " nothing: anyone who can write can forge the form (docs/bulk.md).",
      "A run that was ended goes on when the same command is given again."
    },
    footer = {
      "  claviger audit s3://shop --dry-run --prices 0.0004,0.005,0,0.09",
      "  claviger audit s3://shop --folder \"audit 2026\""
    })
public final class AuditCommand implements Callable<Integer> {
  private static final String NAME = "audit";

  private final Shell shell;

  @Mixin private RunOptions options = new RunOptions();
  @Mixin private StoreOptions store = new StoreOptions();

  @Option(
      names = "--sealed-as",
      paramLabel = "BUCKET=NAME",
      description = "Objects of this bucket were sealed in bucket NAME: replicas, renamed buckets.")
  private @Nullable Map<String, String> aliases;

  AuditCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    options.requirePlace();
    AuditJob job = aliases == null ? AuditJob.DEFAULT : new AuditJob(aliases);
    try (Store open = Store.plain(store)) {
      return new JobRun(shell, options).run(NAME, job, Clients.withoutKeys(open.client()));
    }
  }
}
