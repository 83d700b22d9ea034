package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static io.claviger.backend.local.FolderFixture.failure;
import static io.claviger.backend.local.FolderFixture.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.DescribeKeyRequest;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk whose reads never return, and things that are no files where files should be. */
@Timeout(300)
class HangingDiskTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path temporary;
  private FolderFixture folder;
  private byte[] blob;
  private final HangingDisk disk = new HangingDisk();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    try (KmsBackend keys = folder.backend()) {
      create(keys, "k", "l");
      blob = encrypt(keys, "k");
    }
  }

  @AfterEach
  void letGo() {
    disk.letGo();
    threads.shutdown();
  }

  private FileRecordStore store() {
    return new FileRecordStore(folder.open(disk, Duration.ofSeconds(4)), SHORT, Duration.ZERO);
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageContaining("hangs for")
        .hasMessageContaining("mount that is gone");
  }

  @Test
  void callsEndKeysThatAreRememberedGoOnAndAllWorksAfterwards() {
    KmsBackend keys = backend(store());
    assertOpens(keys, "k", blob);
    disk.hangs = true;
    List<ThrowingCallable> calls =
        List.of(
            keys::healthCheck,
            () -> create(keys, "new"),
            () -> keys.listKeys(ListKeysRequest.first()),
            () -> keys.describeKey(new DescribeKeyRequest("l")));
    List<CompletableFuture<Void>> ended =
        calls.stream()
            .map(call -> CompletableFuture.runAsync(() -> assertUnavailable(call), threads))
            .toList();
    ended.forEach(CompletableFuture::join);
    for (int i = 0; i < 1000; i++) { // more than a look of the folder each would allow
      assertOpens(keys, "k", blob);
    }
    disk.letGo();
    keys.healthCheck();
    create(keys, "newer");
    assertThat(failure(keys, "l")).isNull();
    keys.close();
  }

  /** Nothing of a change is done after its caller heard that it did not begin. */
  @Test
  void aChangeThatWasGivenUpIsNotMadeLater() {
    KmsBackend keys = backend(store());
    disk.hangs = true;
    for (int i = 0; i < 3; i++) {
      int number = i;
      assertThatThrownBy(() -> create(keys, "new" + number))
          .hasMessageContaining("did not begin, and nothing was changed");
    }
    disk.letGo();
    create(keys, "last");
    try (KmsBackend fresh = folder.backend()) {
      assertThat(fresh.listKeys(ListKeysRequest.first()).keys())
          .extracting(io.claviger.kms.KeyMetadata::keyId)
          .containsExactly("k", "l", "last");
    }
  }

  @Test
  void closingDoesNotWaitForADiskThatHangs() {
    KmsBackend keys = backend(store());
    disk.hangs = true;
    assertUnavailable(() -> create(keys, "new"));
    keys.close();
    assertThatThrownBy(() -> encrypt(keys, "k")).hasMessageContaining("closed");
  }

  /** The caller of close may delete the folder next: nothing is written to it any more. */
  @Test
  void closingWaitsForAChangeThatWasBegun() throws Exception {
    KmsBackend keys = backend(store());
    disk.hangs = true;
    CompletableFuture<Void> change = CompletableFuture.runAsync(() -> create(keys, "new"), threads);
    disk.waits.await();
    Thread closing = new Thread(keys::close);
    closing.start();
    while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
      Thread.onSpinWait();
    }
    disk.letGo();
    closing.join();
    List<String> files = folder.files();
    change.handle((none, failure) -> failure).join();
    assertThat(folder.files()).isEqualTo(files);
  }

  /** An interrupted thread reads a disk that works, as it always could. */
  @Test
  void anInterruptedThreadIsServed() {
    try (KmsBackend keys = folder.backend()) {
      Thread.currentThread().interrupt();
      assertOpens(keys, "k", blob);
      assertThat(failure(keys, "l")).isNull();
      boolean made = true;
      try {
        create(keys, "new");
      } catch (KmsException e) { // unless it had begun
        assertThat(e).hasMessageContaining("did not begin, and nothing was changed");
        made = false;
      }
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure(keys, "new")).isEqualTo(made ? null : ErrorKind.KEY_NOT_FOUND);
    }
  }

  private enum Place {
    MANIFEST,
    ROOT_COPY,
    LOCK,
    RECORD;

    Path in(FolderFixture folder) {
      return switch (this) {
        case MANIFEST -> folder.manifest();
        case ROOT_COPY -> folder.rootCopy();
        case LOCK -> folder.file(KeyFolder.LOCK);
        case RECORD -> folder.record("k");
      };
    }
  }

  private enum Thing {
    PIPE("a pipe, socket or device") {
      @Override
      void make(Path path) throws Exception {
        Process made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(made.waitFor()).isZero();
      }
    },
    DIRECTORY("a directory") {
      @Override
      void make(Path path) throws Exception {
        Files.createDirectory(path);
        Files.writeString(path.resolve("file"), "of somebody");
      }
    },
    LINK("a symbolic link") {
      @Override
      void make(Path path) throws Exception {
        Files.createSymbolicLink(path, Path.of("nowhere"));
      }
    };

    final String name;

    Thing(String name) {
      this.name = name;
    }

    abstract void make(Path path) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoFileIsNamedAndNeverOpened(Thing thing) throws Exception {
    for (Place place : Place.values()) {
      KmsBackend running = folder.backend();
      assertOpens(running, "k", blob);
      Path path = place.in(folder);
      Path away = temporary.resolve("away");
      Files.move(path, away);
      thing.make(path);
      String found = "is %s, not a file".formatted(thing.name);
      String name = path.getFileName().toString();
      List<ThrowingCallable> refused =
          switch (place) {
            case MANIFEST ->
                List.of(folder::backend, running::healthCheck, () -> create(running, "new"));
            case ROOT_COPY, LOCK -> List.of(() -> create(running, "new"));
            case RECORD ->
                List.of(
                    () -> assertOpens(folder.backend(), "k", blob),
                    () -> folder.backend().rotateKey("k"));
          };
      for (ThrowingCallable call : refused) {
        assertThatThrownBy(call)
            .isInstanceOfSatisfying(
                KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CORRUPT_RECORD))
            .hasMessageContaining(found)
            .hasMessageContaining(name);
      }
      assertOpens(running, "k", blob);
      if (place == Place.MANIFEST || place == Place.ROOT_COPY || place == Place.LOCK) {
        assertThatThrownBy(() -> LocalKeyFolder.rebuild(folder.path, secret("p")))
            .hasMessageContaining(found)
            .hasMessageContaining("Nothing was changed: move it out of the folder");
      }
      Files.move(path, temporary.resolve("found-%s-%s".formatted(thing, place)));
      Files.move(away, path);
      create(running, "after-" + thing + place);
      running.close();
    }
  }
}
