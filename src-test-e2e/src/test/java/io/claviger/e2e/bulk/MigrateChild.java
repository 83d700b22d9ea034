package io.claviger.e2e.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Plan;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.source.ListingSource;
import java.net.URI;
import java.nio.file.Path;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Migrates a bucket until it is killed or done, and says a line for each unit. Arguments: endpoint,
 * bucket, folder of the keys, folder of the run.
 */
final class MigrateChild {
  private MigrateChild() {}

  static Plan plan(String bucket) {
    return new Plan(ListingSource.ofBucket(bucket), MigrateJob.IN_PLACE, KilledRun.LIMITS);
  }

  public static void main(String[] args) throws Exception {
    try (LocalKeys keys = new LocalKeys(Path.of(args[2]), URI.create(args[0]));
        S3Client moving = keys.moving()) {
      KilledRun.run(Clients.of(keys.plain(), moving), plan(args[1]), Path.of(args[3]));
    }
  }
}
