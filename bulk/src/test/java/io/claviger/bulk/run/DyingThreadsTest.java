package io.claviger.bulk.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Cost;
import io.claviger.bulk.Job;
import io.claviger.bulk.JobWork;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Numbers;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Pace;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunEnd;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import io.claviger.bulk.UnitRange;
import io.claviger.bulk.UnitReader;
import io.claviger.bulk.UnitSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A run whose threads die is never complete, and goes on when it is started again. */
class DyingThreadsTest {
  private static final int UNITS = 10_000;
  private static final Numbers NUMBERS = new Numbers(UNITS, 7);
  private static final String FATAL = "5000";

  /** Where an Error comes from, at one unit. */
  private enum Where {
    NOWHERE,
    OPENING,
    READING,
    CLOSING,
    WORKING;

    void dieAt(Where place) {
      if (this == place) {
        throw new NoClassDefFoundError("some/Class of " + place);
      }
    }
  }

  private record Dying(Where where) implements UnitSource, Job {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "numbers";
    }

    @Override
    public List<UnitRange> split(Clients clients, Pace pace, int wanted) {
      return NUMBERS.split(clients, pace, wanted);
    }

    @Override
    public UnitReader open(Clients clients, Pace pace, UnitRange range, String after) {
      boolean fatal = range.after().equals("4285");
      if (fatal) {
        where.dieAt(Where.OPENING);
      }
      UnitReader reader = NUMBERS.open(clients, pace, range, after);
      return new UnitReader() {
        @Override
        public Unit next() {
          if (reader.position().equals(FATAL)) {
            where.dieAt(Where.READING);
          }
          return reader.next();
        }

        @Override
        public String position() {
          return reader.position();
        }

        @Override
        public void close() {
          if (fatal) {
            where.dieAt(Where.CLOSING);
          }
        }
      };
    }

    @Override
    public JobWork begin(Clients clients, Pace pace) {
      return unit -> {
        if (unit.key().equals(FATAL)) {
          where.dieAt(Where.WORKING);
        }
        return Outcome.done("");
      };
    }

    @Override
    public Cost cost(Unit unit) {
      return Cost.NONE;
    }
  }

  @TempDir Path folder;

  private RunResult run(Where where, int listers) throws IOException {
    Limits limits =
        Limits.DEFAULT.threads(4, listers).times(Duration.ofMinutes(5), Duration.ofMillis(20));
    Dying dying = new Dying(where);
    return BulkRunner.with(Clients.withoutKeys(S3Client.builder().region(Region.US_EAST_1).build()))
        .run(new Plan(dying, dying, limits), folder.resolve(listers + " listers"));
  }

  @ParameterizedTest
  @EnumSource(names = "NOWHERE", mode = EnumSource.Mode.EXCLUDE)
  void anErrorStopsTheRunAndTheNextOneCompletesIt(Where where) throws IOException {
    for (int listers : new int[] {1, 7}) {
      RunResult died = run(where, listers);
      assertThat(died.complete()).isFalse();
      assertThat(died.end()).isEqualTo(RunEnd.INTERNAL);
      assertThat(died.stopped()).contains("internal error").contains("some/Class of " + where);
      RunResult again = run(Where.NOWHERE, listers);
      assertThat(again.stopped()).isEmpty();
      assertThat(again.complete()).isTrue();
      assertThat(again.counts().units()).isEqualTo(UNITS);
    }
  }
}
