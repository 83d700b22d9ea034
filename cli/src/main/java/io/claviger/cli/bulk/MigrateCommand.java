package io.claviger.cli.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.cli.object.Store;
import io.claviger.cli.object.StoreOptions;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Shell;
import io.claviger.encryption.S3EncryptionClientKeys;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Seals what a bucket has in the clear, or under the S3 Encryption Client. */
@Command(
    name = "migrate",
    header = "seal what is not sealed yet: plaintext, and objects of the S3 Encryption Client",
    description = {
      "Each object that is not sealed becomes so, in its place or with --to-bucket in another"
          + " bucket, and is read back before anything is given up. Metadata, headers and tags"
          + " stay. An object that is overwritten meanwhile is left as it was written. Old versions"
          + " stay readable without a key, unless --purge-replaced deletes those that this run"
          + " replaced.",
      "Let readers accept both kinds first: CLAVIGER_S3_PLAINTEXT_OBJECTS=ALLOW (docs/bulk.md)."
          + " What could not be sealed is a row of report.csv; the exit status is then 9. A run"
          + " that was ended goes on when the same command is given again."
    },
    footer = {
      "  claviger migrate s3://shop --dry-run --prices 0.0004,0.005,0.03,0.09",
      "  claviger migrate s3://shop",
      "  claviger migrate s3://shop --s3ec-rsa-key-file old-key.pem"
    })
public final class MigrateCommand implements Callable<Integer> {
  private static final String NAME = "migrate";

  private final Shell shell;

  @Mixin private RunOptions options = new RunOptions();
  @Mixin private StoreOptions store = new StoreOptions();
  @Mixin private S3ecKeyFiles s3ec = new S3ecKeyFiles();

  @Option(
      names = "--to-bucket",
      paramLabel = "BUCKET",
      description = "Put the sealed objects there, and leave these as they are.")
  private @Nullable String toBucket;

  @Option(
      names = "--purge-replaced",
      description =
          "Delete the version that a sealed object replaced, after the proof. Asks first.")
  private boolean purge;

  MigrateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException {
    options.requirePlace();
    MigrateJob job = job();
    if (purge && !options.isDryRun()) {
      shell.confirm("The versions that are replaced are deleted, and nothing brings them back.");
    }
    S3EncryptionClientKeys keys = s3ec.read(shell);
    try (Store stored = Store.plain(store);
        Store sealing =
            Store.sealing(
                store,
                Map.of("plaintext_objects", "allow"),
                builder -> keys == null ? builder : builder.s3EncryptionClient(keys))) {
      return new JobRun(shell, options)
          .run(NAME, job, Clients.of(stored.client(), sealing.client()));
    }
  }

  private MigrateJob job() {
    MigrateJob job = toBucket == null ? MigrateJob.IN_PLACE : MigrateJob.into(toBucket);
    try {
      return purge ? job.purgingReplaced() : job;
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
