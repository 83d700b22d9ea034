package io.claviger.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.e2e.env.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Processes are killed (SIGKILL) at random instants of changes of their key folder, again and
 * again; neither they nor the neighbours that are never killed ever see a key damaged or lost.
 * -De2e.kill.rounds=800 for the long run: an hour on two idle cores, less where java.io.tmpdir is
 * in memory, which a kill of a process does not tell from a disk.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillIT {
  private static final int ROUNDS = Integer.getInteger("e2e.kill.rounds", 60);

  /** In one folder: each round looks at every key, and makes some six more. */
  private static final int MOST_ROUNDS = 200;

  private static final int KILLED = 3;
  private static final int MOST_CHANGES = 12;
  private static final String PASSPHRASE = "first passphrase";

  @TempDir Path temporary;

  @Test
  void neighboursOfKilledProcessesSeeNoError() throws Exception {
    Random random = new Random(1);
    int changes = 0;
    for (int done = 0; done < ROUNDS; done += MOST_ROUNDS) {
      int rounds = Math.min(ROUNDS - done, MOST_ROUNDS);
      changes += changesBesideNeighbours(temporary.resolve("keys" + done), rounds, random);
    }
    assertThat(changes).as("acknowledged changes in all").isGreaterThan(ROUNDS);
  }

  /** Kills processes that change one folder, and returns how many changes they acknowledged. */
  private static int changesBesideNeighbours(Path folder, int rounds, Random random)
      throws Exception {
    LocalKeyFolder.open(LocalConfig.of(folder, PASSPHRASE)).close();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Process> neighbours = new ArrayList<>();
      List<Future<List<String>>> said = new ArrayList<>();
      for (String what : List.of("lists", "generates")) {
        Process neighbour =
            Children.start(Children.java(Neighbour.class, folder, PASSPHRASE, what));
        neighbours.add(neighbour);
        said.add(threads.submit(() -> linesOf(neighbour)));
      }
      Ledger ledger = new Ledger(PASSPHRASE);
      int changes = 0;
      for (int round = 0; round < rounds; round++) {
        List<Callable<Integer>> killed = new ArrayList<>();
        for (int i = 0; i < KILLED; i++) {
          String prefix = round + "-" + i;
          Random own = new Random(random.nextLong());
          killed.add(() -> kill(folder, ledger, prefix, own, Worker.Also.ROOT));
        }
        for (Future<Integer> done : threads.invokeAll(killed)) {
          changes += done.get();
        }
        ledger.check(folder);
      }
      for (int i = 0; i < neighbours.size(); i++) {
        neighbours.get(i).getOutputStream().write('\n');
        neighbours.get(i).getOutputStream().flush();
        List<String> lines = said.get(i).get();
        assertThat(lines).noneMatch(line -> line.startsWith("ERROR"));
        assertThat(lines.get(lines.size() - 1)).startsWith("END");
        assertThat(neighbours.get(i).waitFor()).isZero();
      }
      return changes;
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<String> linesOf(Process process) throws IOException {
    try (BufferedReader lines = process.inputReader()) {
      return lines.lines().toList();
    }
  }

  @Test
  void aPassphraseIsTheOldOrTheNewOne() throws Exception {
    Path folder = temporary.resolve("alone");
    Ledger ledger = new Ledger(PASSPHRASE);
    Random random = new Random(2);
    for (int round = 0; round < ROUNDS / 4; round++) {
      kill(folder, ledger, "p" + round, random, Worker.Also.PASSPHRASE_AND_ROOT);
      ledger.check(folder);
    }
  }

  private static int kill(
      Path folder, Ledger ledger, String prefix, Random random, Worker.Also also)
      throws IOException, InterruptedException {
    Process child =
        Children.start(
            Children.java(
                Worker.class, folder, ledger.passphrase(), prefix, random.nextLong(), 0, also));
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
    Process child =
        Children.start(
            Children.java(Worker.class, folder, "p", "w", 7, 40, Worker.Also.PASSPHRASE_AND_ROOT));
    linesOf(child).forEach(ledger::hear);
    assertThat(child.waitFor()).isZero();
    ledger.check(folder);
    assertThat(ledger.keys()).isPositive();
  }
}
