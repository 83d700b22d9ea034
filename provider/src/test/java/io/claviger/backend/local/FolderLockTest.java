package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import io.claviger.kms.ListKeysRequest;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of one folder by many threads, instances and class loaders of one JVM. */
class FolderLockTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final long BOUND_SECONDS = 60;

  @TempDir Path temporary;
  private FolderFixture folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void makeFolder() {
    folder = new FolderFixture(temporary.resolve("keys")).make();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void aChangeThatHangsStopsOnlyOtherChangesAndThoseByTheTimeout() throws Exception {
    WaitingDisk disk = new WaitingDisk();
    KmsBackend hangs = backend(folder.store(disk));
    Future<?> change = threads.submit(() -> create(hangs, "k"));
    assertThat(disk.waits.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    FileRecordStore other = folder.store(new Disk(), SHORT);
    assertThatThrownBy(() -> create(backend(other), "l"))
        .isInstanceOfSatisfying(
            KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT))
        .hasMessageContaining("has held the lock")
        .hasMessageContaining("Nothing was changed");
    other.check();
    assertThat(failure(backend(other), "k")).isEqualTo(ErrorKind.KEY_NOT_FOUND);
    disk.goOn.countDown();
    change.get(BOUND_SECONDS, TimeUnit.SECONDS);
    create(backend(other), "l");
    assertThat(failure(backend(other), "k")).isNull();
  }

  @Test
  void changesThatWaitAtTheSameMomentAreMadeWithOneRename() throws Exception {
    WaitingDisk disk = new WaitingDisk();
    FileRecordStore store = folder.store(disk);
    KmsBackend keys = backend(store);
    List<Future<?>> changes = new ArrayList<>();
    changes.add(threads.submit(() -> create(keys, "first")));
    assertThat(disk.waits.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String id = "key-" + i;
      changes.add(
          threads.submit(
              () -> {
                synchronized (waiting) {
                  waiting.add(Thread.currentThread());
                }
                create(keys, id);
              }));
    }
    while (!allWait(waiting)) {
      Thread.onSpinWait();
    }
    disk.goOn.countDown();
    for (Future<?> change : changes) {
      change.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(disk.renames).isEqualTo(2);
    assertThat(folder.store(new Disk()).ids()).hasSize(21);
  }

  private static boolean allWait(List<Thread> threads) {
    synchronized (threads) {
      return threads.size() == 20
          && threads.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
    }
  }

  @Test
  void oneRefusedChangeDoesNotHinderThoseMadeWithIt() throws Exception {
    KmsBackend keys = backend(folder.store(new Disk()));
    create(keys, "taken");
    List<Future<?>> changes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String id = i % 2 == 0 ? "taken" : "key-" + i;
      changes.add(threads.submit(() -> create(keys, id)));
    }
    int refused = 0;
    for (Future<?> change : changes) {
      try {
        change.get(BOUND_SECONDS, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e).hasMessageContaining("exists already");
        refused++;
      }
    }
    assertThat(refused).isEqualTo(10);
    assertThat(keys.listKeys(new ListKeysRequest(100, null, null, null)).keys()).hasSize(11);
  }

  /** Creates keys of a folder; loaded by a class loader of its own, like an application's. */
  public static final class Application implements IntConsumer {
    private final KmsBackend keys;

    public Application(String folder) {
      this.keys = new FolderFixture(Path.of(folder)).backend();
    }

    @Override
    public void accept(int number) {
      create(keys, "key-" + number);
    }
  }

  @Test
  void applicationsInClassLoadersOfTheirOwnDoNotLoseEachOthersChanges() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    int each = 15;
    List<Future<?>> applications = new ArrayList<>();
    for (int a = 0; a < 3; a++) {
      int first = a * each;
      applications.add(
          threads.submit(
              () -> {
                try (URLClassLoader loader =
                    new URLClassLoader(
                        urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                  IntConsumer application =
                      (IntConsumer)
                          loader
                              .loadClass(Application.class.getName())
                              .getConstructor(String.class)
                              .newInstance(folder.path.toString());
                  for (int i = 0; i < each; i++) {
                    application.accept(first + i);
                  }
                }
                return true;
              }));
    }
    for (Future<?> application : applications) {
      application.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }
    assertThat(folder.store(new Disk()).ids()).hasSize(3 * each);
    assertThat(Arrays.asList(folder.backend().listKeys(ListKeysRequest.first()).damagedKeyIds()))
        .containsExactly(List.of());
  }
}
