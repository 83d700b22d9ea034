package io.claviger.e2e.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Migrates a bucket until it is killed or done, and says a line for each unit. Arguments: endpoint,
 * bucket, folder of the keys, folder of the run.
 */
final class MigrateChild {
  static final Limits LIMITS =
      Limits.DEFAULT.threads(4, 2).times(Duration.ofMinutes(5), Duration.ofMillis(30));

  private MigrateChild() {}

  static Plan plan(String bucket) {
    return new Plan(ListingSource.ofBucket(bucket), MigrateJob.IN_PLACE, LIMITS);
  }

  public static void main(String[] args) throws Exception {
    try (LocalKeys keys = new LocalKeys(Path.of(args[2]), URI.create(args[0]));
        S3Client moving = keys.moving()) {
      RunListener says =
          new RunListener() {
            @Override
            public void finished(String job, Unit unit, Outcome outcome, Duration took) {
              System.out.println("UNIT " + outcome.status());
            }
          };
      RunResult result =
          BulkRunner.with(Clients.of(keys.plain(), moving))
              .listener(says)
              .run(plan(args[1]), Path.of(args[3]));
      System.out.println("END " + result.counts() + result.stopped());
    }
  }
}
