package io.claviger.backend.local;

import static io.claviger.backend.local.FolderFixture.assertOpens;
import static io.claviger.backend.local.FolderFixture.backend;
import static io.claviger.backend.local.FolderFixture.create;
import static io.claviger.backend.local.FolderFixture.encrypt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsBackend;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a process remembers is used to seal by the last look that showed something: a disk that
 * stops answering and a root key that cannot be read neither prove nor disprove a thing, for as
 * long as it takes, or for a minute.
 */
@Timeout(180)
class SealingAfterDoubtTest {
  private static final List<String> KEYS = List.of("a", "b", "new", "rare");
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofHours(1);

  /** A disk that stops answering in one of the two ways that disks have. */
  private static final class SilentDisk extends Disk {
    private final HangingDisk hanging = new HangingDisk();
    private volatile boolean fails;

    void stop(Silence how) {
      fails = how == Silence.FAILS;
      hanging.hangs = how == Silence.HANGS;
    }

    /** Answers again; what hung once hangs no more. */
    void answer() {
      fails = false;
      hanging.letGo();
    }

    @Override
    byte[] read(Path file, int bytes) throws IOException {
      if (fails) {
        throw new IOException("Stale file handle");
      }
      return hanging.read(file, bytes);
    }
  }

  private enum Silence {
    FAILS,
    HANGS
  }

  @TempDir Path temporary;
  private final SilentDisk disk = new SilentDisk();
  private final AtomicLong nanos = new AtomicLong();
  private final Map<String, byte[]> blobs = new HashMap<>();
  private FolderFixture folder;
  private Path yesterday;
  private Path today;
  private KmsBackend running;

  /** Since yesterday b was rotated and "new" made. */
  @BeforeEach
  void makeFolder() throws IOException {
    folder = new FolderFixture(temporary.resolve("keys")).make();
    yesterday = temporary.resolve("yesterday");
    today = temporary.resolve("today");
    KeyFolder files = new KeyFolder(folder.path, 0600, disk);
    TimedCalls calls = new TimedCalls(files, FolderFixture.TIMEOUT);
    OpenFolder open = OpenFolder.open(files, calls, new byte[] {'p'}, nanos::get);
    running = backend(new FileRecordStore(open, FolderFixture.TIMEOUT, Duration.ZERO));
    create(running, "a", "b", "rare");
    FolderFixture.copy(folder.path, yesterday);
    running.rotateKey("b");
    create(running, "new");
    KEYS.forEach(id -> blobs.put(id, encrypt(running, id)));
    FolderFixture.copy(folder.path, today);
  }

  @AfterEach
  void close() {
    disk.answer();
    running.close();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** A look, which calls go on with while no time passes. */
  private AbstractThrowableAssert<?, ? extends Throwable> assertHealth(ErrorKind kind) {
    return assertThatThrownBy(running::healthCheck)
        .isInstanceOfSatisfying(KmsException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private void assertSeals(String... ids) {
    for (String id : ids) {
      assertOpens(running, id, encrypt(running, id));
    }
  }

  private void assertSealsNot(ErrorKind kind, String... ids) {
    for (String id : ids) {
      assertThatThrownBy(() -> encrypt(running, id))
          .isInstanceOfSatisfying(KmsException.class, e -> assertThat(e.kind()).isEqualTo(kind));
      assertThatThrownBy(() -> running.lendMaterial(id, 0).close())
          .isInstanceOfSatisfying(KmsException.class, e -> assertThat(e.kind()).isEqualTo(kind));
      running.lendMaterial(id, 1).close();
    }
    KEYS.forEach(id -> assertOpens(running, id, blobs.get(id)));
  }

  /** Others, who have the old passphrase, give the folder a new one and a new root key. */
  private void changePassphraseAndRoot() {
    OpenFolder opened = folder.open(new Disk());
    FileRecordStore store = new FileRecordStore(opened, FolderFixture.TIMEOUT, Duration.ZERO);
    RootChanges root = new RootChanges(opened, store, FolderFixture::cheap);
    root.changePassphrase(new byte[] {'q'});
    root.rotateRoot();
    store.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatAnOlderCopyLacksIsNotSealedUnderWhenTheDiskStopsAnswering(Silence how)
      throws IOException {
    FolderFixture.copy(yesterday, folder.path);
    assertHealth(ErrorKind.CORRUPT_RECORD);
    assertSealsNot(ErrorKind.CORRUPT_RECORD, "b", "new");
    assertSeals("a");
    disk.stop(how);
    for (int i = 0; i < 3; i++) {
      pass(LONG);
      assertSealsNot(ErrorKind.CORRUPT_RECORD, "b", "new");
      assertSeals("a"); // it was read in the older copy
      assertSealsNot(ErrorKind.CORRUPT_RECORD, "rare"); // nobody has seen whether it is there
    }
    disk.answer();
    assertHealth(ErrorKind.CORRUPT_RECORD);
    assertSealsNot(ErrorKind.CORRUPT_RECORD, "b", "new");
    assertSeals("a", "rare");
    FolderFixture.copy(today, folder.path);
    running.healthCheck();
    assertSeals("a", "b", "new", "rare");
  }

  /** An operator who sees the disk fail reads what else is to be known before a restart. */
  @Test
  void theHealthCheckSaysBoth() throws IOException {
    FolderFixture.copy(yesterday, folder.path);
    assertHealth(ErrorKind.CORRUPT_RECORD);
    disk.stop(Silence.FAILS);
    assertHealth(ErrorKind.UNAVAILABLE)
        .hasMessageContaining("Stale file handle")
        .hasMessageContaining("What was found before stands until then")
        .hasMessageContaining("Do not restart this process before");
  }

  @Test
  void ofAFolderThatWasGoneNothingIsSealedUnderWhenTheDiskStopsAnswering() throws IOException {
    Path away = temporary.resolve("away");
    Files.move(folder.path, away);
    assertHealth(ErrorKind.CORRUPT_RECORD);
    disk.stop(Silence.FAILS);
    assertHealth(ErrorKind.UNAVAILABLE);
    assertSealsNot(ErrorKind.CORRUPT_RECORD, "a", "b", "new", "rare");
    Files.move(away, folder.path);
    disk.answer();
    running.healthCheck();
    assertSeals("a", "b", "new", "rare");
  }

  /** Whether this process saw the older copy before its root key was changed, or did not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void underTheRootKeyThatOthersGaveAnOlderCopyNothingIsSealed(boolean seen) throws IOException {
    FolderFixture.copy(yesterday, folder.path);
    if (seen) {
      assertHealth(ErrorKind.CORRUPT_RECORD);
      assertSeals("a");
    }
    changePassphraseAndRoot();
    for (int i = 0; i < 2; i++) {
      assertHealth(ErrorKind.CORRUPT_RECORD)
          .hasMessageContaining("were gone or replaced by older ones")
          .hasMessageContaining("passphrase and root key were changed there")
          .hasMessageContaining("put the whole newer folder back")
          .hasMessageContaining("Do not restart this process before")
          .hasMessageNotContaining("restart it with");
      assertSealsNot(ErrorKind.CORRUPT_RECORD, "a", "b", "new", "rare");
      pass(LONG);
    }
    disk.stop(Silence.FAILS);
    assertHealth(ErrorKind.UNAVAILABLE)
        .hasMessageContaining("put the whole newer folder back")
        .hasMessageNotContaining("restart it with");
    assertSealsNot(ErrorKind.CORRUPT_RECORD, "a", "b", "new", "rare");
    disk.answer();
    for (String id : KEYS) { // records that nothing there opens are no proof
      Path record = new FolderFixture(today).record(id);
      Files.copy(record, folder.file(record.getFileName().toString()));
    }
    Files.move(folder.manifest(), temporary.resolve("manifest"));
    assertHealth(ErrorKind.CORRUPT_RECORD)
        .hasMessageContaining("put the whole newer folder back")
        .hasMessageNotContaining("stop the processes");
    assertSealsNot(ErrorKind.CORRUPT_RECORD, "a", "b", "new", "rare");
    FolderFixture.copy(today, folder.path); // as the message says
    running.healthCheck();
    assertSeals("a", "b", "new", "rare");
    create(running, "more");
  }

  /** Others may have disabled or destroyed a key since: a minute is what they must wait. */
  @Test
  void underAnOldRootKeySealingEndsAfterAMinuteAndOpeningNever() {
    pass(LONG);
    changePassphraseAndRoot();
    assertHealth(ErrorKind.INVALID_CONFIGURATION)
        .hasMessageContaining("seals for 60 s from then on")
        .hasMessageEndingWith("restart it with the new passphrase");
    assertSeals("a", "b", "new", "rare");
    try (KmsBackend other = restarted()) {
      other.disableKey("a"); // a change that this process looks at, which gives it no more time
    }
    for (Duration step : List.of(MINUTE.dividedBy(2), MINUTE.dividedBy(2).minusNanos(1))) {
      pass(step);
      assertHealth(ErrorKind.INVALID_CONFIGURATION);
      assertSeals("a", "b", "new", "rare");
    }
    pass(Duration.ofNanos(1));
    for (Silence how : Silence.values()) {
      assertSealsNot(ErrorKind.INVALID_CONFIGURATION, "a", "b", "new", "rare");
      assertThatThrownBy(() -> encrypt(running, "b"))
          .hasMessageContaining("restart it with the new passphrase");
      disk.stop(how);
      pass(LONG);
    }
    disk.answer();
    assertHealth(ErrorKind.INVALID_CONFIGURATION);
    assertSealsNot(ErrorKind.INVALID_CONFIGURATION, "a", "b", "new", "rare");
    try (KmsBackend fresh = restarted()) {
      KEYS.forEach(id -> assertOpens(fresh, id, blobs.get(id)));
      assertThat(encrypt(fresh, "b")).isNotEmpty();
    }
  }

  private KmsBackend restarted() {
    KeyFolder files = new KeyFolder(folder.path, 0600, new Disk());
    TimedCalls calls = new TimedCalls(files, FolderFixture.TIMEOUT);
    OpenFolder open = OpenFolder.open(files, calls, new byte[] {'q'}, nanos::get);
    return backend(new FileRecordStore(open, FolderFixture.TIMEOUT, Duration.ZERO));
  }

  /** A manifest that was rebuilt does not say what it comes from. */
  @Test
  void whereNobodyKnowsWhatAFolderComesFromARestartIsAdvisedWithCare() throws IOException {
    FolderFixture.copy(yesterday, folder.path);
    changePassphraseAndRoot();
    LocalKeyFolder.rebuild(folder.path, FolderFixture.secret("q"));
    assertHealth(ErrorKind.INVALID_CONFIGURATION)
        .hasMessageContaining("when one that has it opens all that this one sealed");
  }

  /** A disk that stops answering right after is no reason to go on for longer. */
  @ParameterizedTest
  @EnumSource
  void aDiskThatStopsAnsweringDoesNotProlongTheMinute(Silence how) {
    changePassphraseAndRoot();
    assertHealth(ErrorKind.INVALID_CONFIGURATION);
    disk.stop(how);
    pass(MINUTE.minusNanos(1));
    assertSeals("a", "b", "new", "rare");
    pass(Duration.ofNanos(1));
    assertSealsNot(ErrorKind.INVALID_CONFIGURATION, "a", "b", "new", "rare");
  }

  /** A manifest that was out of sight for a moment is the one it was. */
  @Test
  void aNewRootKeyThatIsSeenAgainIsNoOlderCopy() throws IOException {
    changePassphraseAndRoot();
    assertHealth(ErrorKind.INVALID_CONFIGURATION);
    Path away = temporary.resolve("away");
    Files.move(folder.path, away);
    assertHealth(ErrorKind.CORRUPT_RECORD);
    assertSealsNot(ErrorKind.CORRUPT_RECORD, "a", "b", "new", "rare");
    Files.move(away, folder.path);
    assertHealth(ErrorKind.INVALID_CONFIGURATION)
        .hasMessageContaining("restart it with the new passphrase");
    assertSeals("a", "b", "new", "rare");
    pass(MINUTE);
    assertSealsNot(ErrorKind.INVALID_CONFIGURATION, "a", "b", "new", "rare");
  }

  /** While nothing was wrong the last time that anybody could look, sealing goes on. */
  @ParameterizedTest
  @EnumSource
  void aDiskThatStopsAnsweringIsNoDoubt(Silence how) {
    disk.stop(how);
    for (int i = 0; i < 3; i++) {
      pass(LONG);
      assertSeals("a", "b", "new", "rare");
    }
  }
}
