package io.claviger.e2e.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.bulk.Clients;
import io.claviger.bulk.Limits;
import io.claviger.bulk.Outcome;
import io.claviger.bulk.Plan;
import io.claviger.bulk.RunListener;
import io.claviger.bulk.RunResult;
import io.claviger.bulk.Unit;
import io.claviger.bulk.run.BulkRunner;
import io.claviger.e2e.env.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A job in a process of its own that is killed (SIGKILL) at a random instant. */
final class KilledRun {
  static final Limits LIMITS =
      Limits.DEFAULT.threads(4, 2).times(Duration.ofMinutes(5), Duration.ofMillis(30));

  private KilledRun() {}

  /** Runs a plan in the child, which says a line for each unit and one at the end. */
  static void run(Clients clients, Plan plan, Path folder) throws IOException {
    RunListener says =
        new RunListener() {
          @Override
          public void finished(String job, Unit unit, Outcome outcome, Duration took) {
            System.out.println("UNIT " + outcome.status());
          }
        };
    RunResult result = BulkRunner.with(clients).listener(says).run(plan, folder);
    System.out.println("END " + result.counts() + result.stopped());
  }

  /**
   * Starts the child and kills it behind a random number of units. A signal may hit the process
   * while it exits, its work done: what counts is whether it said its end.
   *
   * @return false if it came to its end before
   */
  static boolean isKilled(List<String> child, int mostUnits, Random random) throws Exception {
    Process process = Children.start(child);
    int until = random.nextInt(mostUnits);
    long spin = random.nextInt(20_000_000);
    int units = 0;
    boolean isHit = false;
    boolean hasEnded = false;
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        units += line.startsWith("UNIT") ? 1 : 0;
        hasEnded |= line.startsWith("END");
        if (units > until && !isHit && process.isAlive()) {
          TimeUnit.NANOSECONDS.sleep(spin); // where in the work the signal hits
          process.toHandle().destroyForcibly();
          isHit = true;
        }
      }
    }
    int status = process.waitFor();
    assertThat(hasEnded || isHit).as("ended by itself with " + status).isTrue();
    return !hasEnded;
  }
}
