package io.claviger.e2e.bulk;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.run.ReportRow;
import io.claviger.bulk.source.ListingSource;
import io.claviger.e2e.env.E2e;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An audit whose report does not fit its disk, until there is room. Runs on a small file system of
 * its own, which {@link FullReportDiskIT} mounts. Arguments: its mount point, endpoint, bucket.
 * Says what it saw.
 */
final class FullReportDisk {
  private FullReportDisk() {}

  public static void main(String[] args) throws Exception {
    Path disk = Path.of(args[0]);
    Path folder = disk.resolve("run");
    Plan plan =
        new Plan(
            ListingSource.ofBucket(args[2]),
            AuditJob.DEFAULT,
            Limits.DEFAULT.threads(2, 1).times(Duration.ofMinutes(5), Duration.ofMillis(20)));
    try (S3Client s3 = E2e.plain(URI.create(args[1]))) {
      BulkRunner runner = BulkRunner.with(Clients.withoutKeys(s3));
      RunResult full = runner.run(plan, folder);
      System.out.println("FULL " + full.complete() + " " + full.stopped());
      RunResult stillFull = runner.run(plan, folder);
      System.out.println("AGAIN " + stillFull.complete() + " " + stillFull.stopped());
      grow(disk);
      RunResult result = runner.run(plan, folder);
      System.out.println("END " + result.counts() + result.stopped());
      try (Stream<ReportRow> rows = ReportRow.read(folder)) {
        System.out.println("ROWS " + rows.map(ReportRow::key).distinct().count());
      }
      try (Stream<ReportRow> rows = ReportRow.read(folder)) {
        System.out.println("LINES " + rows.count());
      }
    }
  }

  private static void grow(Path disk) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("mount", "-o", "remount,size=8m", disk.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("mount -o remount,size=8m ended with " + code);
    }
  }
}
