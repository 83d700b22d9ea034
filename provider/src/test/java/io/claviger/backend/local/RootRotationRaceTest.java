package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.kms.KmsBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several rotate the root key of one folder at the same time: a process that finishes the rotation
 * of another must not drop the root key of a third one, under which all records still are.
 */
class RootRotationRaceTest {
  private static final int PROCESSES = 4;
  private static final int ROTATIONS = 25;
  private static final int KEYS = 12;

  @TempDir private Path temporary;

  @Test
  void rotationsThatRaceLoseNoKey() throws Exception {
    FolderFixture folder = new FolderFixture(temporary.resolve("keys")).make();
    Map<String, byte[]> blobs = new TreeMap<>();
    try (KmsBackend keys = open(folder).keys()) {
      for (int i = 0; i < KEYS; i++) {
        create(keys, "k" + i);
        blobs.put("k" + i, encrypt(keys, "k" + i));
      }
    }
    race(folder);
    assertThat(Files.readString(folder.rootCopy())).doesNotContain("previous");
    try (KmsBackend fresh = open(folder).keys()) {
      for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
        assertOpens(fresh, blob.getKey(), blob.getValue());
      }
    }
  }

  private static void race(FolderFixture folder)
      throws InterruptedException, ExecutionException, IOException {
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    CountDownLatch begin = new CountDownLatch(PROCESSES);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      Opened process = open(folder);
      running.add(
          threads.submit(
              () -> {
                begin.countDown();
                begin.await();
                for (int turn = 0; turn < ROTATIONS; turn++) {
                  process.root().rotateRoot();
                }
                process.keys().close();
                return null;
              }));
    }
    for (Future<?> one : running) {
      one.get();
    }
    threads.shutdown();
  }

  /** What a process of its own has of the folder. */
  private record Opened(KmsBackend keys, RootChanges root) {}

  private static Opened open(FolderFixture folder) {
    KeyFolder files = new KeyFolder(folder.path, 0600, new Disk());
    OpenFolder opened =
        OpenFolder.open(
            files,
            new TimedCalls(files, FolderFixture.TIMEOUT),
            new byte[] {'p'},
            System::nanoTime);
    FileRecordStore store =
        new FileRecordStore(opened, FolderFixture.TIMEOUT, files.attributeCache());
    return new Opened(backend(store), new RootChanges(opened, store, FolderFixture::cheap));
  }
}
