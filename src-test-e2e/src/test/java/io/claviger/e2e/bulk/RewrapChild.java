package io.claviger.e2e.bulk;

import io.claviger.bulk.Plan;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.source.ListingSource;
import java.net.URI;
import java.nio.file.Path;

/**
 * Re-wraps a bucket until it is killed or done, and says a line for each unit. Arguments: endpoint,
 * bucket, folder of the keys, folder of the run.
 */
final class RewrapChild {
  private RewrapChild() {}

  static Plan plan(String bucket) {
    return new Plan(
        ListingSource.ofBucket(bucket), RewrapJob.toCurrentVersions(), KilledRun.LIMITS);
  }

  public static void main(String[] args) throws Exception {
    try (LocalKeys keys = new LocalKeys(Path.of(args[2]), URI.create(args[0]))) {
      KilledRun.run(keys.clients(), plan(args[1]), Path.of(args[3]));
    }
  }
}
