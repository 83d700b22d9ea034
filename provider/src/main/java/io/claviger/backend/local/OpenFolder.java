package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.Manifest.Head;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A key folder as this process sees it: its manifest and root keys, up to date with what other
 * processes change. Takes no lock and writes nothing, so a folder that is read-only, or whose lock
 * somebody holds, opens and is read.
 *
 * <p>Threads: safe.
 */
final class OpenFolder {
  /** How long a change by another process may stay unnoticed. */
  static final Duration MOST_AGE = Duration.ofMillis(500);

  /** A folder that was looked at within this time is in use. */
  private static final Duration IN_USE = MOST_AGE.multipliedBy(2);

  /** What a manifest says, with the keys that it was verified under. */
  record State(Manifest manifest, Head head, RootKeys roots) {
    @Nullable Entry entry(String keyId) {
      return manifest.entries().get(keyId);
    }
  }

  /** What a look found: a manifest to go by, or what is wrong. */
  private record Found(@Nullable State state, @Nullable Trouble wrong) {}

  /** The names of all files at an instant. */
  private record Listing(NavigableSet<String> names, long nanos) {}

  final KeyFolder files;
  final TimedCalls calls;
  final long writer = Lineage.newWriter();
  final Evidence evidence;
  private final LongSupplier nanoTime;

  // The last good state: while something is wrong, which the evidence says, keys are read by it and
  // nothing is changed. No monitor is held while files are read: they may hang.
  private final AtomicReference<@Nullable State> state = new AtomicReference<>();
  private volatile long checkedNanos;
  private volatile @Nullable Listing listing;
  private volatile boolean closed;
  private final SharedLooks<State> looks;
  private byte[] passphrase; // guarded by this

  private OpenFolder(KeyFolder files, TimedCalls calls, byte[] passphrase, LongSupplier nanoTime) {
    this.files = files;
    this.calls = calls;
    this.passphrase = passphrase;
    this.nanoTime = nanoTime;
    this.evidence = new Evidence(files, nanoTime);
    this.looks = new SharedLooks<>(calls, this::look);
  }

  /** Opens a folder that is there; {@code passphrase} is adopted. */
  static OpenFolder open(
      KeyFolder files, TimedCalls calls, byte[] passphrase, LongSupplier nanoTime) {
    OpenFolder open = new OpenFolder(files, calls, passphrase, nanoTime);
    open.requireGood();
    return open;
  }

  /** Writes the manifest of a folder that has none yet; under its lock. */
  static void create(KeyFolder files, byte[] passphrase) {
    RootKeys roots = new RootKeys(Root.fresh(), null);
    create(files, roots, RootFile.encode(roots, passphrase, 1));
    roots.wipe();
  }

  static void create(KeyFolder files, RootKeys roots, byte[] rootJson) {
    Lineage lineage = Lineage.begin(Lineage.newWriter(), 1);
    Manifest first = new Manifest(1, 1, lineage, rootJson, List.of(), new TreeMap<>());
    new ManifestWriter(files).replace(first, roots.current(), () -> requireNone(files));
  }

  /** Right before the rename: nobody else, whose lock does not work here, came between. */
  private static void requireNone(KeyFolder files) throws IOException {
    if (files.exists(KeyFolder.MANIFEST)) {
      throw new FileAlreadyExistsException(KeyFolder.MANIFEST);
    }
  }

  /** Returns the last good state, of whatever age; null if there is none. */
  @Nullable State last() {
    return state.get();
  }

  /**
   * Returns the state, at most {@link #MOST_AGE} old; while the disk hangs the last good one. Of a
   * folder in use only the caller that begins a look waits for it, no longer than {@link
   * TimedCalls#PATIENCE}, and nobody waits for the looks after one that hangs.
   */
  State state() {
    State known = state.get();
    if (known == null || closed) {
      return look();
    }
    long age = nanoTime.getAsLong() - checkedNanos;
    if (age < MOST_AGE.toNanos()) {
      return known;
    }
    try {
      looks.await(age < IN_USE.toNanos());
    } catch (TimeoutException e) {
      evidence.hangs(calls.hangs(TimedCalls.PATIENCE));
    }
    return known();
  }

  /** Returns the state of this instant; the last good one if the manifest cannot be used. */
  State look() {
    requireOpen();
    long look = evidence.begin();
    Trouble wrong = take();
    looks.ended();
    if (wrong != null && state.get() == null) {
      throw wrong.why();
    }
    evidence.ended(look, wrong);
    checkedNanos = nanoTime.getAsLong();
    return known();
  }

  /** Returns the state of this instant; throws what is wrong with the manifest. */
  State requireGood() {
    State now = look();
    evidence.requireGood();
    return now;
  }

  /** Returns the record of a key that counts in spite of a loss; empty if it cannot be read. */
  Optional<KeyRecord> present(String keyId, Trouble loss) {
    State known = known();
    Entry entry = loss.entry(keyId, known);
    RootKeys roots = loss.there() == null ? known.roots() : loss.there().roots();
    try {
      return Optional.ofNullable(entry).map(named -> read(keyId, named, roots));
    } catch (KmsException e) {
      return Optional.empty();
    }
  }

  private State known() {
    State known = state.get();
    if (known == null) {
      throw new IllegalStateException("internal error: the manifest was not read");
    }
    return known;
  }

  /** Takes the manifest that is there, or returns what is wrong with it. */
  private @Nullable Trouble take() {
    while (true) {
      State known = state.get();
      Found found = find(known);
      State read = found.state();
      if (read != null && (known == read || state.compareAndSet(known, read))) {
        wipeIfClosed();
        return null;
      }
      if (read == null && known == state.get()) {
        return found.wrong();
      }
      // another thread has read a newer one meanwhile: what was read here may be an older one
    }
  }

  private Found find(@Nullable State known) {
    try {
      byte[] start = files.head(KeyFolder.MANIFEST, Manifest.HEAD_BYTES).orElse(null);
      Head now = start == null ? null : Manifest.headOf(start);
      if (known != null && known.head().equals(now)) {
        return new Found(known, null);
      }
      Trouble judged = evidence.judged(now);
      if (judged != null) {
        return new Found(null, judged);
      }
      byte[] content = start == null ? null : files.read(KeyFolder.MANIFEST).orElse(null);
      if (content == null) {
        throw Trouble.damaged(files, "is missing", known);
      }
      return judge(content, known);
    } catch (KmsException e) {
      return new Found(null, Trouble.of(e));
    }
  }

  private Found judge(byte[] content, @Nullable State known) {
    RootKeys[] roots = new RootKeys[1];
    try {
      Manifest read = Manifest.read(content, json -> roots[0] = rootsOf(json, known));
      Head head = Manifest.headOf(content);
      State found = new State(read, head == null ? new Head(0, "") : head, roots[0]);
      Trouble wrong = known == null ? null : Trouble.unlessDescendant(files, found, known);
      return wrong == null ? new Found(found, null) : new Found(null, wrong);
    } catch (Manifest.DamagedException e) {
      throw Trouble.damaged(files, e.getMessage(), known);
    } catch (KmsException e) {
      if (known == null || e.kind() != ErrorKind.INVALID_CONFIGURATION) {
        throw e;
      }
      return new Found(
          null, Trouble.unopened(files, content, known, evidence.lossBeforeLocked(), e));
    }
  }

  /** Refuses a manifest that was put back from before a change of passphrase or root key. */
  static void requireNewestRoot(KeyFolder files, byte[] rootJson) {
    byte[] copy = files.read(KeyFolder.ROOT_COPY).orElse(new byte[0]);
    if (RootFile.generationOf(copy) > RootFile.generationOf(rootJson)) {
      throw Trouble.damaged(files, "is older than %s".formatted(KeyFolder.ROOT_COPY));
    }
  }

  private RootKeys rootsOf(byte[] json, @Nullable State known) {
    RootKeys same = known == null ? null : RootFile.known(json, known.roots(), files);
    if (same != null) {
      return same;
    }
    try {
      return RootFile.decode(json, passphrase(), files);
    } catch (KmsException e) {
      if (known == null && e.kind() == ErrorKind.INVALID_CONFIGURATION) {
        requireNewestRoot(files, json);
      }
      throw e;
    }
  }

  /** Throws unless this process has the folder's present passphrase; under the folder's lock. */
  byte[] requirePassphrase(State now) {
    byte[] mine = passphrase();
    RootFile.decode(now.manifest().rootJson(), mine, files).wipe();
    return mine;
  }

  private synchronized byte[] passphrase() {
    requireOpen();
    return passphrase;
  }

  /** Adopts the passphrase that this process gave the folder. */
  synchronized void setPassphrase(byte[] fresh) {
    Arrays.fill(passphrase, (byte) 0);
    passphrase = fresh;
    if (closed) {
      Arrays.fill(passphrase, (byte) 0);
    }
  }

  /** Adopts root keys that this process is about to give the folder. */
  void wrote(Manifest manifest, Head head, RootKeys roots) {
    state.set(new State(manifest, head, roots));
    evidence.ended(evidence.begin(), null);
    checkedNanos = nanoTime.getAsLong();
    wipeIfClosed();
  }

  /** Opens the record that an entry names; CORRUPT_RECORD if it is missing, another or unread. */
  KeyRecord read(String keyId, Entry entry, RootKeys roots) {
    RecordName name = entry.name();
    byte[] content = null;
    for (String file : name.fileNames()) {
      try {
        content = content == null ? files.read(file).orElse(null) : content;
      } catch (KmsException e) {
        throw e.getCause() instanceof NotAFileException found
            ? RecordFile.corrupt(keyId, "%s: see %s".formatted(found.what(), file), found)
            : RecordFile.unreadable(keyId, file, e.getCause() == null ? e : e.getCause());
      }
    }
    if (content == null) {
      throw missing(keyId, name);
    }
    if (!entry.isOf(content)) {
      throw RecordFile.corrupt(
          keyId, "was changed or replaced: see file %s".formatted(name.fileName()), null);
    }
    KeyRecord record = RecordFile.decode(keyId, content, roots::find).record();
    if (!record.metadata().keyId().equals(keyId)) {
      throw RecordFile.corrupt(keyId, "is of another key", null);
    }
    return record;
  }

  /** Returns the names of all files, listed once for many keys whose records are missing. */
  private NavigableSet<String> lately() {
    Listing known = listing;
    long now = nanoTime.getAsLong();
    if (known == null || now - known.nanos() > MOST_AGE.toNanos()) {
      known = new Listing(new TreeSet<>(files.names()), now);
      listing = known;
    }
    return known.names();
  }

  private KmsException missing(String keyId, RecordName name) {
    String newer = null;
    for (String file : lately().tailSet(name.ofSameKey())) {
      RecordName found = RecordName.parse(file);
      if (found == null || !file.startsWith(name.ofSameKey())) {
        break;
      }
      if (found.generation() > name.generation()) {
        newer = file;
      }
    }
    return newer == null
        ? RecordFile.corrupt(keyId, "is missing: no file %s".formatted(name.fileName()), null)
        : KmsException.of(
            ErrorKind.CORRUPT_RECORD,
            "the record of key \"%s\" is missing: no file %s. A newer one is there, %s, so an older manifest seems to have been put back: stop the processes that use the folder and call LocalKeyFolder.rebuild(folder, passphrase)"
                .formatted(keyId, name.fileName(), newer));
  }

  void requireOpen() {
    if (closed) {
      throw Root.closed();
    }
  }

  /** Ends all use and wipes what is held in memory. */
  synchronized void close() {
    closed = true;
    Arrays.fill(passphrase, (byte) 0);
    wipeIfClosed();
    calls.close();
  }

  private void wipeIfClosed() {
    State known = state.get();
    if (closed && known != null) {
      known.roots().wipe();
    }
    Trouble loss = evidence.loss();
    if (closed && loss != null && loss.there() != null) {
      loss.there().roots().wipe();
    }
  }
}
