package io.claviger.bulk.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.UnitSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges end by themselves, and go on behind the pieces that are stored. */
class PiecesTest {
  private static final int UNITS = 40;
  private static final int RANGES = 4;

  /** Units that were worked on, by all tasks of this JVM. */
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  /** Numbers as keys; the job fails at one, or ends its process' run there. */
  private record Numbers(int fatal) implements UnitSource, Job {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "numbers";
    }

    @Override
    public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
      List<UnitRange> ranges = new ArrayList<>();
      for (int i = 0; i < RANGES; i++) {
        ranges.add(new UnitRange(at(i), at(i + 1)));
      }
      return ranges;
    }

    private static String at(int range) {
      return Integer.toString(range * UNITS / RANGES);
    }

    @Override
    public UnitReader open(Clients clients, Pace pace, UnitRange range, String after) {
      int first = Integer.parseInt(after == null ? range.after() : after);
      return new UnitReader() {
        private int next = first;

        @Override
        public Unit next() {
          return position().equals(range.upTo()) ? null : Unit.named("b", "" + next++);
        }

        @Override
        public String position() {
          return Integer.toString(next);
        }
      };
    }

    @Override
    public JobWork begin(Clients clients, Pace pace) {
      return unit -> {
        if (unit.key().equals(Integer.toString(fatal))) {
          throw new IllegalArgumentException("number " + fatal);
        }
        SEEN.add(unit.key());
        return Outcome.excluded("Number", "a number");
      };
    }

    @Override
    public Cost cost(Unit unit) {
      return Cost.NONE;
    }
  }

  @TempDir Path folder;

  @BeforeEach
  void begin() {
    SEEN.clear();
  }

  private ClusterRun.Report run(int fatal, long units) throws IOException {
    Numbers numbers = new Numbers(fatal);
    Limits limits = Limits.DEFAULT.threads(1, 1).rates(1_000_000, 1);
    return new ClusterRun(
            new Threads(1), new Store(), 0, new PieceSize(units, Duration.ofMinutes(1)))
        .carryOut(new Plan(numbers, numbers, limits), folder.toString());
  }

  private List<String> keys(List<String> pieces) throws IOException {
    RunFolder shared = new RunFolder(folder.toString(), new Configuration());
    List<String> keys = new ArrayList<>();
    for (String piece : pieces) {
      shared.rows(piece).forEach(row -> keys.add(row.split(",")[1]));
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 10, 11, 1_000})
  void everyUnitIsInOnePiece(long units) throws Exception {
    ClusterRun.Report report = run(-1, units);
    assertThat(report.result().complete()).isTrue();
    assertThat(report.result().counts().units()).isEqualTo(UNITS);
    assertThat(keys(report.withRows())).hasSize(UNITS).doesNotHaveDuplicates();
  }

  @Test
  void aRangeThatStopsLosesNeitherTheOthersNorWhatItHas() throws Exception {
    ClusterRun.Report stopped = run(15, 3);
    assertThat(stopped.result().complete()).isFalse();
    assertThat(stopped.result().stopped())
        .contains("1 of 4 ranges")
        .contains("same folder")
        .contains("number 15");
    assertThat(stopped.result().counts().units()).isEqualTo(UNITS - 5);
    SEEN.clear();
    ClusterRun.Report resumed = run(-1, 3);
    assertThat(resumed.result().complete()).isTrue();
    assertThat(resumed.result().counts().units()).isEqualTo(UNITS);
    assertThat(SEEN)
        .as("behind its watermark")
        .containsExactlyInAnyOrder("15", "16", "17", "18", "19");
    assertThat(keys(resumed.withRows())).hasSize(UNITS).doesNotHaveDuplicates();
  }

  @Test
  void aTaskGoesOnWhereTheChainEnds() throws Exception {
    run(-1, 3);
    Path range = folder.resolve("range-00002");
    List<Path> lost;
    try (Stream<Path> all = Files.list(range)) {
      lost =
          all.filter(file -> file.toString().endsWith(".json"))
              .filter(file -> text(file).contains("\"after\":\"26\""))
              .toList();
    }
    assertThat(lost).hasSize(1);
    Files.delete(lost.get(0)); // as if its executor had died before it was whole
    SEEN.clear();
    ClusterRun.Report again = run(-1, 3);
    assertThat(SEEN).containsExactlyInAnyOrder("26", "27", "28", "29");
    assertThat(again.result().counts().units()).isEqualTo(UNITS);
    assertThat(keys(again.withRows())).hasSize(UNITS).doesNotHaveDuplicates();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theFolderOfAnotherRunIsRefused() throws Exception {
    run(-1, 3);
    Numbers numbers = new Numbers(-1);
    Plan other = new Plan(numbers, new Renamed(numbers), Limits.DEFAULT);
    ClusterRun run = new ClusterRun(new Threads(1), new Store(), 0, PieceSize.DEFAULT);
    assertThatIOException()
        .isThrownBy(() -> run.carryOut(other, folder.toString()))
        .withMessageContaining("folder of another run")
        .withMessageContaining("renamed of numbers");
  }

  private record Renamed(Job job) implements Job {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "renamed";
    }

    @Override
    public JobWork begin(Clients clients, Pace pace) {
      return job.begin(clients, pace);
    }

    @Override
    public Cost cost(Unit unit) {
      return Cost.NONE;
    }
  }

  @Test
  void settingsWithSecretsAreRefusedByName() {
    for (String name :
        List.of(
            "spark.executorEnv.CLAVIGER_MASTER_KEY",
            "spark.executorEnv.AWS_SECRET_ACCESS_KEY",
            "spark.hadoop.fs.s3a.claviger.vault_token")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SparkSecrets.requireNone(Map.of(name, "hidden")))
          .withMessageContaining(name)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SparkSecrets.requireNone(
                    Map.of("spark.executor.extraJavaOptions", "-Dclaviger.secret_key=hidden")));
    SparkSecrets.requireNone(
        Map.of("spark.executorEnv.CLAVIGER_MASTER_KEY_FILE", "/run/secrets/passphrase"));
  }
}
