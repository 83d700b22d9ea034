package io.claviger.bulk.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Counts;
import io.claviger.bulk.Job;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.audit.AuditJob;
import io.claviger.bulk.migrate.MigrateJob;
import io.claviger.bulk.rewrap.RewrapJob;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.bulk.source.ListingSource;
import io.claviger.bulk.verify.VerifyJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A job gives the same report by ranges in other processes as by threads of one. */
class SameReportTest {
  private static final int EACH = 6;
  private static final PieceSize PIECES = new PieceSize(4, Duration.ofMinutes(1));
  private static final Limits LIMITS = Limits.DEFAULT.threads(2, 2).failures(1, 1_000);

  @TempDir Path folder;

  static Stream<Job> jobs() {
    return Stream.of(
        AuditJob.DEFAULT, VerifyJob.WHOLE, RewrapJob.toCurrentVersions(), MigrateJob.IN_PLACE);
  }

  private static Plan plan(String bucket, Job job) {
    return new Plan(ListingSource.ofBucket(bucket), job, LIMITS);
  }

  private RunResult onThreads(Plan plan, String name) throws IOException {
    return BulkRunner.with(Store.clients()).run(plan, folder.resolve(name));
  }

  private ClusterRun.Report onCluster(Plan plan, int copies) throws IOException {
    return new ClusterRun(new Threads(copies), new Store(), 9, PIECES)
        .carryOut(plan, folder.resolve("cluster").toString());
  }

  private List<String> rows(List<String> pieces) throws IOException {
    RunFolder shared = new RunFolder(folder.resolve("cluster").toString(), new Configuration());
    List<String> rows = new ArrayList<>();
    for (String piece : pieces) {
      rows.addAll(shared.rows(piece));
    }
    return rows;
  }

  /** Returns rows as if they were of another bucket, whose versions have other names. */
  private static List<String> of(String bucket, String other, List<String> rows) {
    return rows.stream().map(row -> row.replace(bucket, other)).toList();
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void countsAndRowsAreThoseOfThreads(Job job) throws Exception {
    compare(job, 1);
  }

  static Stream<Job> twins() {
    return Stream.of(AuditJob.DEFAULT, VerifyJob.QUICK, MigrateJob.IN_PLACE);
  }

  @ParameterizedTest
  @MethodSource("twins")
  void copiesOfTasksAtTheSameTimeCountNothingTwice(Job job) throws Exception {
    compare(job, 2);
  }

  /** Where several tasks work, one may list what another stores for a moment. */
  private static Counts withoutProbes(Counts counts) {
    Map<Status, Long> byStatus = new EnumMap<>(counts.byStatus());
    byStatus.merge(Status.EXCLUDED, -counts.ofCode("Probe"), Long::sum);
    Map<String, Long> byCode = new TreeMap<>(counts.byCode());
    byCode.remove("Probe");
    return new Counts(byStatus, byCode, counts.byGroup(), counts.findings());
  }

  private void compare(Job job, int copies) throws IOException {
    String one = Store.mixed(EACH);
    String other = Store.mixed(EACH);
    Store.keys().rotateKey(Store.KEY);
    RunResult expected = onThreads(plan(one, job), "threads");
    ClusterRun.Report found = onCluster(plan(other, job), copies);
    assertThat(found.result().stopped()).isEmpty();
    assertThat(found.result().complete()).isTrue();
    Counts counts = found.result().counts();
    assertThat(withoutProbes(counts).units()).isEqualTo(5L * EACH);
    assertThat(rows(found.withRows()))
        .filteredOn(row -> !row.contains(",excluded,Probe,"))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            of(one, other, Files.readAllLines(folder.resolve("threads/report.csv"))));
    assertThat(counts.findings()).isEqualTo(expected.counts().findings());
    if (copies == 1) {
      assertThat(withoutProbes(counts)).isEqualTo(expected.counts());
    }
    ClusterRun.Report again = onCluster(plan(other, job), copies);
    assertThat(again.result().counts()).as("nothing is left to do").isEqualTo(counts);
    assertThat(again.result().storeRequests()).isZero();
  }
}
