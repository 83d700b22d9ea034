package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.BackendSettings;
import io.claviger.kms.DeleteKeyRequest;
import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KeyState;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every change is cut off at every step, and every step of it fails once: the old or the new state
 * is there, and neither a process that reads all the time nor the next one sees anything else.
 */
class CrashTest {
  /** Every kind of change, and how the folder looks after it. */
  private enum Change {
    CREATE(p -> create(p.keys, "new"), s -> s.failure("new") == null),
    ROTATE(p -> p.keys.rotateKey("k"), s -> s.version("k") == 2),
    DELETE(
        p -> p.keys.deleteKey(DeleteKeyRequest.immediate("k", "k")),
        s -> s.failure("k") == ErrorKind.KEY_NOT_FOUND),
    PASSPHRASE(
        p -> p.root.changePassphrase("q".getBytes(StandardCharsets.UTF_8)),
        s -> s.passphrase.equals("q")),
    ROOT(p -> p.root.rotateRoot(), s -> true);

    final Consumer<Process> make;
    final java.util.function.Predicate<Seen> happened;

    Change(Consumer<Process> make, java.util.function.Predicate<Seen> happened) {
      this.make = make;
      this.happened = happened;
    }
  }

  private record Process(KmsBackend keys, RootChanges root) {}

  /** What a process that starts now sees. */
  private record Seen(KmsBackend keys, String passphrase) {
    ErrorKind failure(String id) {
      return FolderFixture.failure(keys, id);
    }

    KeyState state(String id) {
      return keys.describeKey(new DescribeKeyRequest(id)).state();
    }

    int version(String id) {
      return keys.describeKey(new DescribeKeyRequest(id)).currentVersion();
    }
  }

  @TempDir Path temporary;
  private FolderFixture folder;
  private Path before;
  private byte[] blob;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    before = temporary.resolve("before");
    try (KmsBackend keys = folder.backend()) {
      create(keys, "k", "l");
      blob = encrypt(keys, "l");
    }
    FolderFixture.copy(folder.path, before);
  }

  private Seen start() {
    for (String passphrase : List.of("p", "q")) {
      try {
        LocalKeyFolder opened =
            LocalKeyFolder.open(io.claviger.config.LocalConfig.of(folder.path, passphrase));
        assertThat(opened.damagedKeyIds()).isEmpty();
        return new Seen(opened.backend(BackendSettings.DEFAULT), passphrase);
      } catch (KmsException e) {
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_CONFIGURATION);
      }
    }
    throw new AssertionError("neither passphrase opens the folder");
  }

  @ParameterizedTest
  @EnumSource
  void aCrashAtAnyStepLeavesTheOldOrTheNewState(Change change) throws IOException {
    boolean whole = false;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      FailingDisk disk = new FailingDisk();
      KmsBackend neighbour = folder.backend();
      Process process = process(disk);
      disk.crash = true;
      disk.stepsLeft = step;
      try {
        change.make.accept(process);
        whole = true;
        assertThat(change.happened.test(start())).as("acknowledged").isTrue();
        assertThat(folder.files()).as("nothing else").noneMatch(f -> f.endsWith(".new"));
      } catch (FailingDisk.Crash e) {
        assertThat(step).isLessThan(60);
      }
      assertGood(neighbour);
      Seen seen = start();
      boolean happened = change.happened.test(seen);
      create(seen.keys(), "after");
      seen.keys().rotateKey("l");
      assertOpens(seen.keys(), "l", blob);
      assertThat(change.happened.test(start())).as("step %d is settled", step).isEqualTo(happened);
      assertThat(folder.files()).noneMatch(f -> f.endsWith(".new"));
      assertGood(neighbour);
    }
  }

  private void assertGood(KmsBackend neighbour) {
    assertThat(neighbour.listKeys(ListKeysRequest.first()).damagedKeyIds()).isEmpty();
    assertOpens(neighbour, "l", blob);
    neighbour.healthCheck();
  }

  private Process process(Disk disk) {
    OpenFolder opened = folder.open(disk);
    FileRecordStore store =
        new FileRecordStore(opened, FolderFixture.TIMEOUT, java.time.Duration.ZERO);
    return new Process(backend(store), new RootChanges(opened, store, FolderFixture::cheap));
  }

  @ParameterizedTest
  @EnumSource
  void aStepThatFailsIsReportedRightAndTheProcessGoesOn(Change change) throws IOException {
    boolean whole = false;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      FailingDisk disk = new FailingDisk();
      Process process = process(disk);
      KmsBackend neighbour = folder.backend();
      disk.stepsLeft = step;
      String said = "";
      try {
        change.make.accept(process);
        whole = !disk.failed;
      } catch (KmsException e) {
        assertThat(e.kind()).as("%d: %s", step, e.getMessage()).isEqualTo(ErrorKind.UNAVAILABLE);
        said = String.valueOf(e.getMessage());
      }
      assertGood(process.keys());
      assertGood(neighbour);
      boolean happened = change.happened.test(start());
      if (said.contains("Nothing was changed")) {
        assertThat(happened && change != Change.ROOT).as("step %d: %s", step, said).isFalse();
      } else if (!said.contains("unknown")) {
        assertThat(happened).as("step %d: %s", step, said).isTrue();
      }
      disk.stepsLeft = Integer.MAX_VALUE;
      create(process.keys(), "after");
      assertThat(failure(neighbour, "after")).isNull();
      assertThat(change.happened.test(start())).isEqualTo(happened);
      assertThat(folder.files()).noneMatch(f -> f.endsWith(".new"));
    }
  }

  /** Not only a process that starts: one that has run for long and made changes looks too. */
  @Test
  void aLongLivedProcessSetsAsideWhatAnotherLeft() throws IOException {
    boolean whole = false;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      KmsBackend longLived = folder.backend();
      create(longLived, "x");
      whole = isWhole(Change.ROTATE.make, step);
      longLived.rotateKey("x");
      assertThat(folder.records()).as("step %d: of k, l and x", step).hasSize(3);
      longLived.deleteKey(DeleteKeyRequest.immediate("k", "k"));
      java.nio.file.Files.delete(folder.manifest());
      assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).keyIds())
          .as("step %d", step)
          .containsExactly("l", "x");
    }
  }

  /** Of the many changes that it is some were made: the message says so. */
  @Test
  void aRotationOfTheRootThatFailsMidwaySaysThatItWasBegun() throws IOException {
    boolean whole = false;
    int midway = 0;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      FailingDisk disk = new FailingDisk();
      Process process = process(disk);
      disk.stepsLeft = step;
      try {
        process.root.rotateRoot();
        whole = !disk.failed;
      } catch (KmsException e) {
        boolean begun = java.nio.file.Files.readString(folder.rootCopy()).contains("previous");
        midway += e.getMessage().contains("call rotateRoot again: it goes on") ? 1 : 0;
        assertThat(e.getMessage().contains("Nothing was changed") && begun)
            .as("step %d: %s", step, e.getMessage())
            .isFalse();
      }
    }
    assertThat(midway).isPositive();
  }

  /** The record of a rotation that was cut off has the generation of the one that came after. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rebuildPrefersTheRotationThatWasAcknowledged(boolean manifestLost) throws IOException {
    boolean whole = false;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      whole = isWhole(Change.ROTATE.make, step);
      byte[] acknowledged;
      try (KmsBackend next = folder.backend()) {
        next.rotateKey("k");
        acknowledged = encrypt(next, "k");
      }
      if (manifestLost) {
        java.nio.file.Files.delete(folder.manifest());
      }
      assertThat(LocalKeyFolder.rebuild(folder.path, secret("p")).unfinished()).isEmpty();
      assertOpens(start().keys(), "k", acknowledged);
    }
  }

  /** With a change of another process in between, which sets the record aside, and without. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rebuildDoesNotTakeADeletionThatWasCutOff(boolean changedBetween) throws IOException {
    boolean whole = false;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      whole = isWhole(p -> p.keys.deleteKey(DeleteKeyRequest.schedule("k")), step);
      KeyState state = start().state("k");
      if (changedBetween) {
        create(start().keys(), "x");
      }
      java.nio.file.Files.delete(folder.manifest());
      LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
      assertThat(rebuilt.states()).as("step %d", step).containsEntry("k", state);
      assertThat(rebuilt.unfinished()).isEmpty();
      assertThat(start().state("k")).isEqualTo(state);
      assertThat(folder.files()).noneMatch(f -> f.endsWith(".new"));
    }
  }

  /** A record that was never acknowledged is read only where nothing else of its key is left. */
  @Test
  void rebuildNamesKeysOfWhichOnlyACutOffChangeIsLeft() throws IOException {
    boolean whole = false;
    int named = 0;
    for (int step = 0; !whole; step++) {
      FolderFixture.copy(before, folder.path);
      whole = isWhole(Change.CREATE.make, step);
      boolean happened = Change.CREATE.happened.test(start());
      create(start().keys(), "x");
      LocalKeyFolder.Rebuilt rebuilt = LocalKeyFolder.rebuild(folder.path, secret("p"));
      boolean taken = rebuilt.keyIds().contains("new");
      assertThat(rebuilt.unfinished().contains("new")).isEqualTo(taken && !happened);
      assertThat(taken || !happened).as("step %d", step).isTrue();
      named += rebuilt.unfinished().size();
    }
    assertThat(named).isPositive();
  }

  /** Makes a change in a process that is dead at a step; whether the step came. */
  private boolean isWhole(Consumer<Process> change, int step) {
    FailingDisk disk = new FailingDisk();
    Process process = process(disk);
    disk.crash = true;
    disk.stepsLeft = step;
    try {
      change.accept(process);
      return true;
    } catch (FailingDisk.Crash e) {
      assertThat(step).isLessThan(60);
      return false;
    }
  }

  @Test
  void aRotationThatWasCutOffIsContinued() throws IOException {
    FailingDisk disk = new FailingDisk();
    OpenFolder opened = folder.open(disk);
    FileRecordStore store =
        new FileRecordStore(opened, FolderFixture.TIMEOUT, java.time.Duration.ZERO);
    disk.crash = true;
    disk.stepsLeft = 15;
    try {
      new RootChanges(opened, store, FolderFixture::cheap).rotateRoot();
      throw new AssertionError("not cut off");
    } catch (FailingDisk.Crash e) {
      assertThat(start().failure("k")).isNull();
    }
    assertThat(java.nio.file.Files.readString(folder.rootCopy())).contains("previous_root_key");
    try (LocalKeyFolder next = LocalKeyFolder.open(folder.config())) {
      KmsBackend keys = next.backend(BackendSettings.DEFAULT);
      create(keys, "between");
      next.rotateRoot();
      assertThat(next.damagedKeyIds()).isEmpty();
      assertOpens(keys, "l", blob);
      assertThat(java.nio.file.Files.readString(folder.rootCopy())).doesNotContain("previous");
      next.changePassphrase(secret("q"));
    }
  }
}
