package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One change at a time also where the other one is made by another process. */
class FolderLockOfProcessesTest {
  private static final long BOUND_SECONDS = 120;

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

  private Path lockFile() {
    return new KeyFolder(folder.path, 0600, new Disk()).lockFile();
  }

  /** Another process; it ends when its input does. */
  private static final class Other implements AutoCloseable {
    private final Process process;
    private final BufferedReader says;

    Other(Class<?> program, Path path) throws IOException {
      this.process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx32m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  program.getName(),
                  path.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      this.says =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    void tell(String line) throws IOException {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    String line() throws IOException {
      return says.readLine();
    }

    @Override
    public void close() throws Exception {
      process.getOutputStream().close();
      assertThat(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The program: takes the lock if it is free, says what it found, and keeps it. */
  public static final class Holder {
    private Holder() {}

    public static void main(String[] lockFile) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(lockFile[0]), StandardOpenOption.WRITE)) {
        FileLock lock = channel.tryLock();
        System.out.println(lock == null ? "held" : "taken");
        while (System.in.read() >= 0) {
          // until the test has seen enough
        }
      }
    }
  }

  @Test
  void aChangeWaitsForAnotherProcessAndNotForEver() throws Exception {
    Future<?> change;
    try (Other other = new Other(Holder.class, lockFile())) {
      assertThat(other.line()).isEqualTo("taken");
      FileRecordStore hasty = folder.store(new Disk(), Duration.ofMillis(50));
      assertThatThrownBy(() -> create(backend(hasty), "k"))
          .isInstanceOfSatisfying(
              KmsException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMED_OUT))
          .hasMessageContaining("other processes have held the lock");
      assertThat(folder.store(new Disk()).ids()).as("nothing was changed").isEmpty();
      KmsBackend patient = backend(folder.store(new Disk(), Duration.ofSeconds(BOUND_SECONDS)));
      change = threads.submit(() -> create(patient, "k"));
    }
    change.get(BOUND_SECONDS, TimeUnit.SECONDS);
    assertThat(folder.store(new Disk()).ids()).containsExactly("k");
  }

  @Test
  void anotherProcessFindsTheLockHeldDuringAChangeAndFreeBehindIt() throws Exception {
    WaitingDisk disk = new WaitingDisk();
    Future<?> change = threads.submit(() -> create(backend(folder.store(disk)), "k"));
    assertThat(disk.waits.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    FileRecordStore hasty = folder.store(new Disk(), Duration.ofMillis(50));
    assertThatThrownBy(() -> create(backend(hasty), "l"))
        .as("one that gives up in this process must not let go of the lock of the other")
        .isInstanceOf(KmsException.class)
        .hasMessageContaining("another thread of this process has held the lock");
    try (Other other = new Other(Holder.class, lockFile())) {
      assertThat(other.line()).isEqualTo("held");
    }
    disk.goOn.countDown();
    change.get(BOUND_SECONDS, TimeUnit.SECONDS);
    try (Other other = new Other(Holder.class, lockFile())) {
      assertThat(other.line()).isEqualTo("taken");
    }
  }

  /**
   * The program: takes the lock as often as it can until it is told to stop, and notes each turn.
   */
  public static final class Turns {
    private Turns() {}

    public static void main(String[] folder) throws IOException {
      while (System.in.available() == 0) {
        take(Path.of(folder[0]), "b");
      }
    }

    static void take(Path folder, String who) {
      KeyFolder files = new KeyFolder(folder, 0600, new Disk());
      new FolderLock(files, Duration.ofSeconds(BOUND_SECONDS))
          .locked(
              () -> {
                note(folder.resolveSibling(who), "a change takes long beside the way to the next");
                return note(turns(folder), who);
              });
    }

    private static boolean note(Path file, String text) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        for (int i = 0; i < text.length(); i++) {
          channel.write(ByteBuffer.wrap(new byte[] {(byte) text.charAt(i)}));
          channel.force(true);
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    static Path turns(Path folder) {
      return folder.resolveSibling("turns");
    }
  }

  /** One that changes again and again keeps nobody out: the one that waits is next. */
  @Test
  void processesTakeTurns() throws Exception {
    int mine = 20;
    try (Other other = new Other(Turns.class, folder.path)) {
      while (!Files.exists(Turns.turns(folder.path))) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < mine; i++) {
        Turns.take(folder.path, "a");
      }
      other.tell("stop");
    }
    String turns = Files.readString(Turns.turns(folder.path));
    String between = turns.substring(turns.indexOf('a'), turns.lastIndexOf('a'));
    int others = (int) between.chars().filter(c -> c == 'b').count();
    assertThat(others)
        .as("turns of the other process among %d", mine)
        .isBetween(mine / 2, 2 * mine);
  }
}
