package io.claviger.e2e.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.backend.local.LocalKeyFolder;
import io.claviger.config.LocalConfig;
import io.claviger.e2e.env.Children;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four processes create, rotate and delete keys of one folder. */
class FourProcessesIT {
  private static final int PROCESSES = 4;
  private static final int CHANGES = 150;

  @TempDir Path temporary;

  @Test
  void everyAcknowledgedChangeIsThereAndEveryBlobOpens() throws Exception {
    Path folder = temporary.resolve("keys");
    LocalKeyFolder.open(LocalConfig.of(folder, "p")).close();
    ExecutorService readers = Executors.newFixedThreadPool(PROCESSES);
    try {
      List<Callable<List<String>>> children = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        List<String> command =
            Children.java(
                Worker.class, folder, "p", "process-" + i, i, CHANGES, Worker.Also.NOTHING);
        children.add(
            () -> {
              Process child = Children.start(command);
              try (BufferedReader lines = child.inputReader()) {
                List<String> said = lines.lines().toList();
                assertThat(child.waitFor()).as(String.join("\n", said)).isZero();
                return said;
              }
            });
      }
      Ledger ledger = new Ledger("p");
      int changes = 0;
      for (Future<List<String>> child : readers.invokeAll(children)) {
        child.get().forEach(ledger::hear);
        changes += (int) child.get().stream().filter(line -> line.startsWith("DONE")).count();
      }
      ledger.check(folder);
      assertThat(changes).as("changes of all processes").isGreaterThan(10 * PROCESSES);
    } finally {
      readers.shutdownNow();
    }
  }
}
