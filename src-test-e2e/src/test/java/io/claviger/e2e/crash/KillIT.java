package io.claviger.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process is killed (SIGKILL) at a random instant of a change of its key folder, again and again:
 * -De2e.kill.rounds=3000 for the long run.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillIT {
  private static final int LANES = 2;
  private static final int MOST_CHANGES = 12;

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void nothingAcknowledgedIsLost(long lane) throws Exception {
    int rounds = Integer.getInteger("e2e.kill.rounds", 300) / LANES;
    Path folder = temporary.resolve("keys-" + lane);
    Ledger ledger = new Ledger("first passphrase");
    Random random = new Random(lane);
    int changes = 0;
    for (int round = 0; round < rounds; round++) {
      changes += oneRound(folder, ledger, lane + "-" + round, random);
      ledger.check(folder);
    }
    assertThat(changes).as("acknowledged changes in all").isGreaterThan(rounds);
  }

  private static int oneRound(Path folder, Ledger ledger, String prefix, Random random)
      throws IOException, InterruptedException {
    Process child =
        Children.start(
            Children.java(
                Worker.class, folder, ledger.passphrase(), prefix, random.nextLong(), 0, true));
    int until = random.nextInt(MOST_CHANGES);
    long spin = random.nextInt(4_000_000);
    int begun = 0;
    int done = 0;
    try (BufferedReader lines = child.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        ledger.hear(line);
        done += line.startsWith("DONE") ? 1 : 0;
        begun += line.startsWith("BEGIN") ? 1 : 0;
        if (begun > until && child.isAlive()) {
          TimeUnit.NANOSECONDS.sleep(spin); // where in the change the signal hits
          child.toHandle().destroyForcibly(); // Process would close its output unread
          until = Integer.MAX_VALUE;
        }
      }
    }
    child.waitFor();
    assertThat(begun).as("the child worked").isPositive();
    return done;
  }

  @Test
  void theWorkerItselfWorks() throws Exception {
    Path folder = temporary.resolve("worker");
    Ledger ledger = new Ledger("p");
    Process child = Children.start(Children.java(Worker.class, folder, "p", "w", 7, 500, true));
    try (BufferedReader lines = child.inputReader()) {
      lines.lines().forEach(ledger::hear);
    }
    assertThat(child.waitFor()).isZero();
    ledger.check(folder);
    assertThat(ledger.keys()).isPositive();
  }
}
