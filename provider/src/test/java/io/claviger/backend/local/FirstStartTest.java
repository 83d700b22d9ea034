package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A first start that did not get to its end starts again. */
class FirstStartTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFirstStartThatWasKilledOrFailedAtAnyStepStartsAgain(boolean killed) {
    boolean whole = false;
    for (int step = 0; !whole; step++) {
      FolderFixture folder = new FolderFixture(temporary.resolve("keys" + step));
      FailingDisk disk = new FailingDisk();
      disk.crash = killed;
      disk.stepsLeft = step;
      try {
        folder.make(disk);
        whole = !disk.failed;
      } catch (FailingDisk.Crash | KmsException e) {
        assertThat(step).isLessThan(60);
      }
      if (!Files.exists(folder.manifest())) {
        folder.make();
      }
      try (KmsBackend keys = folder.backend()) {
        create(keys, "k");
        assertThat(failure(keys, "k")).isNull();
      }
      assertThat(folder.files()).as("step %d", step).noneMatch(f -> f.endsWith(".new"));
    }
  }

  /** As a user starts it, whatever is in the file that the first start left. */
  @Test
  void theNextStartReplacesWhatTheFirstOneLeft() throws IOException {
    FolderFixture folder = new FolderFixture(Files.createDirectory(temporary.resolve("keys")));
    Files.write(folder.file(KeyFolder.newName(KeyFolder.MANIFEST, 1)), new byte[] {1, 2, 3});
    try (LocalKeyFolder opened = LocalKeyFolder.open(folder.config())) {
      create(opened.backend(io.claviger.kms.BackendSettings.DEFAULT), "k");
      assertThat(opened.damagedKeyIds()).isEmpty();
    }
    assertThat(folder.files()).noneMatch(f -> f.endsWith(".new"));
  }
}
