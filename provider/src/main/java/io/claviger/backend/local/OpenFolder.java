package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.Manifest.Head;
import io.claviger.kms.ConfigurationException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(OpenFolder.class);

  /** What a manifest says, with the keys that it was verified under. */
  record State(Manifest manifest, Head head, RootKeys roots) {
    @Nullable Entry entry(String keyId) {
      return manifest.entries().get(keyId);
    }
  }

  /** The names of all files at an instant. */
  private record Listing(NavigableSet<String> names, long nanos) {}

  final KeyFolder files;
  final TimedCalls calls;
  final long writer = Lineage.newWriter();
  private final LongSupplier nanoTime;

  // The last good state, and what is wrong with the manifest that is there now, or null: then keys
  // are read by the last good state, and nothing is changed. No monitor is held while files are
  // read: they may hang.
  private final AtomicReference<@Nullable State> state = new AtomicReference<>();
  private volatile @Nullable Trouble trouble;
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
      become(new Trouble(calls.hangs(TimedCalls.PATIENCE), null));
    }
    return known();
  }

  /** Returns the state of this instant; the last good one if the manifest cannot be used. */
  State look() {
    requireOpen();
    Trouble wrong = take();
    looks.ended();
    if (wrong == null) {
      trouble = null;
    } else if (state.get() == null) {
      throw wrong.why();
    } else {
      become(wrong);
    }
    checkedNanos = nanoTime.getAsLong();
    return known();
  }

  private void become(Trouble wrong) {
    Trouble before = trouble;
    trouble = wrong;
    String said = String.valueOf(wrong.why().getMessage());
    if (before == null || !said.equals(before.why().getMessage())) {
      LOG.error("key folder {}: keys that were read are used on: {}", files, said);
    }
  }

  /** Returns the state of this instant; throws what is wrong with the manifest. */
  State requireGood() {
    State now = look();
    requireNoTrouble();
    return now;
  }

  /** Throws what is wrong with the manifest that is there. */
  void requireNoTrouble() {
    Trouble wrong = trouble;
    if (wrong != null) {
      throw wrong.why();
    }
  }

  /** Returns what is wrong if files are gone or replaced, else null. */
  @Nullable Trouble loss() {
    Trouble wrong = trouble;
    return wrong != null && wrong.isLoss() ? wrong : null;
  }

  /** Returns what the folder itself holds of a key; empty if that cannot be read. */
  Optional<KeyRecord> present(String keyId, Trouble loss) {
    State now = loss.there() == null ? known() : loss.there();
    Entry entry = now.entry(keyId);
    try {
      return Optional.ofNullable(entry).map(named -> read(keyId, named, now.roots()));
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
      Trouble wrong;
      try {
        State read = read(known);
        wrong =
            known == null || known == read ? null : Trouble.unlessDescendant(files, read, known);
        if (wrong == null && (known == read || state.compareAndSet(known, read))) {
          wipeIfClosed();
          return null;
        }
      } catch (KmsException e) {
        wrong = new Trouble(e, null);
      }
      if (wrong != null && known == state.get()) {
        return wrong;
      }
      // another thread has read a newer one meanwhile: what was read here may be an older one
    }
  }

  /** Returns what the manifest says; {@code known} itself if it is still the one. */
  private State read(@Nullable State known) {
    byte[] start = files.head(KeyFolder.MANIFEST, Manifest.HEAD_BYTES).orElse(null);
    Head now = start == null ? null : Manifest.headOf(start);
    Trouble wrong = trouble;
    State other = wrong == null ? null : wrong.there();
    for (State same : Arrays.asList(known, other)) {
      if (same != null && same.head().equals(now)) {
        return same;
      }
    }
    byte[] content = start == null ? null : files.read(KeyFolder.MANIFEST).orElse(null);
    if (content == null) {
      throw Trouble.damaged(files, "is missing", known);
    }
    RootKeys[] roots = new RootKeys[1];
    try {
      Manifest read = Manifest.read(content, json -> roots[0] = rootsOf(json, known));
      Head head = Manifest.headOf(content);
      return new State(read, head == null ? new Head(0, "") : head, roots[0]);
    } catch (Manifest.DamagedException e) {
      throw Trouble.damaged(files, e.getMessage(), known);
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
      if (e.kind() != ErrorKind.INVALID_CONFIGURATION) {
        throw e;
      }
      if (known == null) {
        requireNewestRoot(files, json);
        throw e;
      }
      if (RootFile.generationOf(json) <= RootFile.generationOf(known.manifest().rootJson())) {
        throw Trouble.olderRoot(files);
      }
      throw ConfigurationException.ofField(
          "master_key",
          "is not the folder's any more: passphrase and root key of the key folder %s were changed while this process ran. It goes on with the keys that it remembers; restart it with the new passphrase"
              .formatted(files),
          e);
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
    trouble = null;
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
    Trouble wrong = trouble;
    if (closed && wrong != null && wrong.there() != null) {
      wrong.there().roots().wipe();
    }
  }
}
