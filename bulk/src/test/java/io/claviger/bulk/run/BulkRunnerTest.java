package io.claviger.bulk.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Counts;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Numbers;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Outcome.Status;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Progress;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a run promises, over numbers instead of objects. */
class BulkRunnerTest {
  private static final int UNITS = 10_000;
  private static final Limits LIMITS =
      Limits.DEFAULT.threads(8, 3).times(Duration.ofMinutes(10), Duration.ofMillis(20));

  /** What the job of the running test does; a job is a value and cannot hold it. */
  private static final AtomicReference<JobWork> WORK = new AtomicReference<>();

  @TempDir Path folder;
  private final Clients clients =
      Clients.withoutKeys(S3Client.builder().region(Region.US_EAST_1).build());

  private record Doing(String name) implements Job {
    private static final long serialVersionUID = 1L;

    @Override
    public JobWork begin(Clients clients, Pace pace) {
      return unit -> {
        pace.beforeStore(2);
        return WORK.get().apply(unit);
      };
    }

    @Override
    public Cost cost(Unit unit) {
      return new Cost(2, 1, 3, 10, 100);
    }
  }

  private final Plan plan = new Plan(new Numbers(UNITS, 7), new Doing("numbers"), LIMITS);

  @BeforeEach
  void nothingIsToDo() {
    WORK.set(unit -> Outcome.done("all"));
  }

  private static int number(Unit unit) {
    return Integer.parseInt(unit.key());
  }

  private static Outcome byNumber(Unit unit) {
    return switch (number(unit) % 5) {
      case 0 -> Outcome.done("k v1");
      case 1 -> Outcome.alreadySo("k v2");
      case 2 -> Outcome.excluded("Rule", "a rule");
      case 3 -> Outcome.skipped("Changed", 412, "it changed, \"meanwhile\"");
      default -> Outcome.finding("Plaintext", "not sealed");
    };
  }

  private static S3Exception answer(int status, String code) {
    return (S3Exception)
        S3Exception.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .message("%s (%d)".formatted(code, status))
            .build();
  }

  private List<String> report() throws IOException {
    return Files.readAllLines(folder.resolve(BulkRunner.REPORT));
  }

  @Test
  void countsAddUpAndEachUnitNotDoneHasARow() throws IOException {
    WORK.set(BulkRunnerTest::byNumber);
    RunResult result = BulkRunner.with(clients).run(plan, folder);
    int each = UNITS / 5;
    assertThat(result.stopped()).isEmpty();
    assertThat(result.complete()).isTrue();
    assertThat(result.counts().units()).isEqualTo(UNITS);
    for (Status status : Status.values()) {
      assertThat(result.counts().of(status)).as("%s", status).isEqualTo(each);
    }
    assertThat(result.counts().findings()).isEqualTo(each);
    assertThat(result.counts().byCode())
        .isEqualTo(Map.of("Rule", 2_000L, "Changed", 2_000L, "Plaintext", 2_000L));
    assertThat(result.counts().byGroup()).isEqualTo(Map.of("k v1", 2_000L, "k v2", 2_000L));
    assertThat(result.storeRequests()).isEqualTo(2 * UNITS);
    assertThat(report())
        .hasSize(3 * each)
        .doesNotHaveDuplicates()
        .contains(
            "b,2,,excluded,Rule,,a rule",
            "b,3,,skipped,Changed,412,\"it changed, \"\"meanwhile\"\"\"",
            "b,9999,,failed,Plaintext,200,not sealed");
  }

  @Test
  void aStoppedRunGoesOnWithWhatIsNotCounted() throws IOException {
    Queue<Integer> worked = new ConcurrentLinkedQueue<>();
    AtomicInteger left = new AtomicInteger();
    RunResult result = null;
    int runs = 0;
    while (result == null || !result.complete()) {
      BulkRunner runner = BulkRunner.with(clients);
      left.set(UNITS / 4);
      WORK.set(
          unit -> {
            if (left.decrementAndGet() == 0) {
              runner.stop();
            }
            worked.add(number(unit));
            return byNumber(unit);
          });
      result = runner.run(plan, folder);
      assertThat(report()).hasSameSizeAs(List.copyOf(new java.util.HashSet<>(report())));
      runs++;
    }
    assertThat(runs).isGreaterThan(1);
    assertThat(new java.util.HashSet<>(worked)).hasSize(UNITS);
    assertThat(worked).as("some twice, at the edge of each stop").hasSizeLessThan(2 * UNITS);
    assertThat(result.counts().units()).isEqualTo(UNITS);
    assertThat(report()).hasSize(3 * UNITS / 5);
  }

  @Test
  void aFinishedRunHasNothingToDoAgain() throws IOException {
    BulkRunner.with(clients).run(plan, folder);
    WORK.set(
        unit -> {
          throw new IllegalStateException("again");
        });
    RunResult again = BulkRunner.with(clients).run(plan, folder);
    assertThat(again.complete()).isTrue();
    assertThat(again.counts().units()).isEqualTo(UNITS);
    assertThat(again.storeRequests()).isZero();
  }

  @Test
  void aFolderOfAnotherRunIsRefused() throws IOException {
    BulkRunner.with(clients).run(plan, folder);
    Plan other = new Plan(plan.source(), new Doing("others"), LIMITS);
    assertThatThrownBy(() -> BulkRunner.with(clients).run(other, folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("numbers of 10000 numbers")
        .hasMessageContaining("others of 10000 numbers")
        .hasMessageContaining("another folder");
  }

  @Test
  void rowsOfAKilledRunThatWereNotCountedAreCutOff() throws IOException {
    WORK.set(BulkRunnerTest::byNumber);
    BulkRunner.with(clients).run(plan, folder);
    int rows = report().size();
    Path file = folder.resolve(BulkRunner.REPORT);
    Files.writeString(file, Files.readString(file) + "b,1,,failed,Half a r");
    BulkRunner.with(clients).run(plan, folder);
    assertThat(report()).hasSize(rows);
  }

  @Test
  void anOutageIsWaitedForAndCostsNoUnit() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    WORK.set(
        unit -> {
          int call = calls.incrementAndGet();
          if (call > 500 && call < 507) {
            throw call % 2 == 0
                ? answer(503, "SlowDown")
                : SdkClientException.create("Connection refused");
          }
          return byNumber(unit);
        });
    AtomicInteger waits = new AtomicInteger();
    RunListener listener =
        new RunListener() {
          @Override
          public void waiting(String job, String what) {
            waits.incrementAndGet();
          }
        };
    RunResult result = BulkRunner.with(clients).listener(listener).run(plan, folder);
    assertThat(result.complete()).isTrue();
    assertThat(waits).hasValue(6);
    assertThat(result.counts().of(Status.FAILED)).isEqualTo(result.counts().findings());
    assertThat(result.counts().units()).isEqualTo(UNITS);
  }

  @Test
  void aUnitThatFailsAloneIsGivenUp() throws IOException {
    WORK.set(
        unit -> {
          if (number(unit) == 17) {
            throw answer(500, "InternalError");
          }
          Thread.yield();
          return Outcome.done("");
        });
    Plan large = new Plan(new Numbers(4_000_000, 7), plan.job(), LIMITS);
    BulkRunner runner = BulkRunner.with(clients);
    RunListener untilItFails =
        new RunListener() {
          @Override
          public void finished(String job, Unit unit, Outcome outcome, Duration took) {
            if (outcome.status() == Status.FAILED) {
              assertThat(unit.key()).isEqualTo("17");
              assertThat(outcome.code()).isEqualTo("InternalError");
              STOP.get().stop();
            }
          }
        };
    BulkRunner stopping = runner.listener(untilItFails);
    STOP.set(stopping);
    RunResult result = stopping.run(large, folder);
    assertThat(result.counts().of(Status.FAILED)).isEqualTo(1);
    assertThat(report()).singleElement().asString().startsWith("b,17,,failed,InternalError,500,");
  }

  private static final AtomicReference<BulkRunner> STOP = new AtomicReference<>();

  @Test
  void anOutageLongerThanThePatienceStops() throws IOException {
    WORK.set(
        unit -> {
          throw answer(503, "SlowDown");
        });
    Limits impatient = LIMITS.times(Duration.ofMillis(300), Duration.ofMillis(20));
    RunResult result = BulkRunner.with(clients).run(plan.limits(impatient), folder);
    assertThat(result.complete()).isFalse();
    assertThat(result.end()).isEqualTo(RunEnd.STORE_AWAY);
    assertThat(result.stopped()).contains("PT0.3S").contains("SlowDown").contains("same folder");
    assertThat(result.counts()).isEqualTo(Counts.NONE);
    WORK.set(unit -> Outcome.done(""));
    assertThat(BulkRunner.with(clients).run(plan, folder).counts().of(Status.DONE))
        .isEqualTo(UNITS);
  }

  @Test
  void credentialsThatTheStoreRefusesStopAtOnce() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    WORK.set(
        unit -> {
          calls.incrementAndGet();
          throw answer(403, "InvalidAccessKeyId");
        });
    RunResult result = BulkRunner.with(clients).run(plan, folder);
    assertThat(result.stopped()).contains("InvalidAccessKeyId");
    assertThat(result.end()).isEqualTo(RunEnd.DENIED);
    assertThat(calls).hasValueLessThanOrEqualTo(LIMITS.threads());
    assertThat(result.counts().units()).isZero();
  }

  @Test
  void tooManyFailuresStopAndFindingsDoNot() throws IOException {
    WORK.set(unit -> Outcome.failed("AccessDenied", 403, "no"));
    RunResult failed = BulkRunner.with(clients).run(plan, folder);
    assertThat(failed.stopped()).contains("10.0 %");
    assertThat(failed.end()).isEqualTo(RunEnd.TOO_MANY_FAILED);
    assertThat(failed.counts().of(Status.FAILED)).isEqualTo(100L);
    WORK.set(unit -> Outcome.done(""));
    RunResult mended = BulkRunner.with(clients).run(plan, folder);
    assertThat(mended.stopped()).isEmpty();
    assertThat(mended.end()).isEqualTo(RunEnd.COMPLETE);
    assertThat(mended.counts().of(Status.FAILED)).isEqualTo(100);
    assertThat(mended.counts().of(Status.DONE)).isEqualTo(UNITS - 100);
    WORK.set(unit -> Outcome.finding("Plaintext", "no"));
    Path other = folder.resolve("other");
    assertThat(BulkRunner.with(clients).run(plan, other).counts().findings()).isEqualTo(UNITS);
  }

  @Test
  void aUnitThatTakesLongHoldsNothingButThoseBehindIt() throws IOException {
    Map<Integer, Boolean> seen = new ConcurrentHashMap<>();
    WORK.set(
        unit -> {
          int number = number(unit);
          seen.put(number, true);
          // the first unit ends when much of the rest has: only that of its own range may wait
          while (number == 1 && seen.size() < 4_000) {
            Thread.onSpinWait();
          }
          return Outcome.done("");
        });
    assertThat(BulkRunner.with(clients).run(plan, folder).counts().units()).isEqualTo(UNITS);
  }

  @Test
  void ratesAreKept() throws IOException {
    Limits slow = LIMITS.rates(4_000, 0);
    Plan few = new Plan(new Numbers(500, 2), plan.job(), slow);
    RunResult result = BulkRunner.with(clients).run(few, folder);
    assertThat(result.took()).isGreaterThanOrEqualTo(Duration.ofMillis(240));
  }

  @Test
  void progressReportsTheTimeLeft() throws IOException {
    Queue<Progress> seen = new ConcurrentLinkedQueue<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void progress(Progress progress) {
            seen.add(progress);
          }
        };
    BulkRunner.with(clients).listener(listener).expecting(2 * UNITS).run(plan, folder);
    assertThat(seen).isNotEmpty();
    assertThat(List.copyOf(seen).get(seen.size() - 1).counts().units()).isEqualTo(UNITS);
    assertThat(List.copyOf(seen).get(seen.size() - 1).timeLeft()).isPresent();
  }

  @Test
  void anEstimateAddsUpWithoutWorking() {
    WORK.set(
        unit -> {
          throw new IllegalStateException("worked");
        });
    assertThat(BulkRunner.with(clients).estimate(plan).cost())
        .isEqualTo(new Cost(2 * UNITS, UNITS, 3 * UNITS, 10 * UNITS, 100 * UNITS));
  }

  @Test
  void limitsOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LIMITS.threads(0, 1))
        .withMessage("limit \"threads\" is 0, expected 1 to 1024");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LIMITS.failures(0, 1))
        .withMessageContaining("failedShare");
  }
}
