package io.claviger.cli.bulk;

import io.claviger.bulk.Limits;
import io.claviger.bulk.Prices;
import io.claviger.bulk.source.ListingSource;
import io.claviger.cli.object.Location;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options of every job over a bucket: which objects, how fast, where its state is stored. */
final class RunOptions {
  @Parameters(paramLabel = "s3://BUCKET/PREFIX", description = "The objects.")
  private String place = "";

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where report.csv and state.json are; by default JOB-of-BUCKET, here.")
  private @Nullable Path folder;

  @Option(names = "--versions", description = "Each version of an object, not the current only.")
  private boolean versions;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Objects worked on at the same time, 1 to 1,024; 16 by default.")
  private int threads = Limits.DEFAULT.threads();

  @Option(
      names = "--requests-per-second",
      paramLabel = "N",
      description = "Most requests to the store; 0, the default, is no limit.")
  private int requests;

  @Option(
      names = "--dry-run",
      description = "Only list, and show how many requests and bytes the job would take.")
  private boolean dryRun;

  @Option(
      names = "--prices",
      paramLabel = "R,W,K,G",
      description =
          "With --dry-run: price of 1,000 reads, 1,000 writes and listings, 10,000 calls of the key"
              + " service, and a GiB that leaves the store.")
  private @Nullable String prices;

  /** To be called before anything is opened: a wrong place is the first thing to be said. */
  void requirePlace() {
    place();
  }

  Location place() {
    return Location.of(place);
  }

  ListingSource source() {
    Location below = place();
    return new ListingSource(below.bucket(), below.key(), versions);
  }

  Path folder(String job) {
    return folder == null ? Path.of(job + "-of-" + source().bucket()) : folder;
  }

  boolean isDryRun() {
    return dryRun;
  }

  Limits limits() {
    Limits usual = Limits.DEFAULT;
    try {
      return new Limits(
          threads,
          usual.listers(),
          requests,
          usual.keyCallsPerSecond(),
          usual.failedShare(),
          usual.failedFrom(),
          usual.patience(),
          usual.checkpoint());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  @Nullable Prices prices() {
    if (prices == null) {
      return null;
    }
    String[] each = prices.split(",", -1);
    try {
      if (each.length == 4) {
        return Prices.of(each[0], each[1], each[2], each[3]);
      }
    } catch (NumberFormatException e) {
      // the form is wrong, as below
    }
    throw new CommandException(
        ExitCode.USAGE,
        "\"%s\" is no table of prices; write four numbers, as 0.0004,0.005,0.03,0.09"
            .formatted(prices));
  }
}
