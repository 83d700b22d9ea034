package io.claviger.backend.local;

import io.claviger.backend.local.Manifest.Head;
import io.claviger.kms.KmsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the looks at an open folder have shown, and what of it stands when the next one shows
 * nothing. A process that was seen to hold what no file has goes on being so until a look proves
 * the opposite: neither a disk that stops answering nor a root key that cannot be read does.
 *
 * <p>Threads: safe, and nobody waits.
 */
final class Evidence {
  /** How long a process seals under what it remembers after it could not read the root key. */
  static final Duration MOST_SEALING = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);

  /**
   * What is known at an instant. Immutable.
   *
   * @param wrong what the last look found; null if the folder is as it should be
   * @param loss what the last look that could judge it found gone or replaced; null if nothing
   * @param locked the root key that cannot be read; null if the last one could
   * @param lockedNanos since when it cannot
   */
  private record Sight(
      @Nullable Trouble wrong, @Nullable Trouble loss, @Nullable Trouble locked, long lockedNanos) {
    static final Sight GOOD = new Sight(null, null, null, 0);

    Sight after(Trouble found, long nanos) {
      return switch (found.what()) {
        case SILENT ->
            new Sight(found.since(loss == null ? locked : loss), loss, locked, lockedNanos);
        case LOCKED ->
            loss != null && locked == null
                ? new Sight(found, loss, null, 0) // a loss found meanwhile: judged again
                : new Sight(found, null, found, locked == null ? nanos : lockedNanos);
        case DAMAGED ->
            loss != null && loss.what() == Trouble.What.FOREIGN
                ? new Sight(loss, loss, locked, lockedNanos) // one without manifest is no better
                : new Sight(found, found, locked, lockedNanos);
        case REPLACED, FOREIGN -> new Sight(found, found, null, 0);
      };
    }
  }

  private final KeyFolder files;
  private final LongSupplier nanoTime;
  private volatile Sight sight = Sight.GOOD; // written under this
  private long begun; // guarded by this: the looks are numbered
  private long newest; // guarded by this: the one begun last of those that have ended

  Evidence(KeyFolder files, LongSupplier nanoTime) {
    this.files = files;
    this.nanoTime = nanoTime;
  }

  /** Returns the number of a look that begins. */
  synchronized long begin() {
    return ++begun;
  }

  /** Takes what a look found, null if nothing is wrong, unless one that began later has ended. */
  synchronized void ended(long look, @Nullable Trouble found) {
    if (look > newest) {
      newest = look;
      become(found);
    }
  }

  /** Notes that a look does not end. */
  synchronized void hangs(KmsException why) {
    become(new Trouble(Trouble.What.SILENT, why));
  }

  private void become(@Nullable Trouble found) {
    Trouble before = sight.wrong();
    sight = found == null ? Sight.GOOD : sight.after(found, nanoTime.getAsLong());
    Trouble now = sight.wrong();
    if (now != null && (before == null || !now.why().toString().equals(before.why().toString()))) {
      LOG.error(
          "key folder {}: keys that were read are used on: {}", files, now.why().getMessage());
    }
  }

  /** Throws what is wrong with the folder. */
  void requireGood() {
    Trouble wrong = sight.wrong();
    if (wrong != null) {
      throw wrong.why();
    }
  }

  /** Returns what a manifest with this head was judged to be; null if it was not. */
  @Nullable Trouble judged(@Nullable Head head) {
    Sight now = sight;
    for (Trouble known : Arrays.asList(now.loss(), now.locked())) {
      if (known != null && head != null && head.equals(known.head())) {
        return known;
      }
    }
    return null;
  }

  /** Returns what is wrong if files are gone or replaced, as far as anybody knows; else null. */
  @Nullable Trouble loss() {
    return sight.loss();
  }

  /**
   * Returns the loss that casts doubt on a root key that cannot be read: not one that came later,
   * since this process has changed nothing since.
   */
  @Nullable Trouble lossBeforeLocked() {
    Sight now = sight;
    return now.locked() == null ? now.loss() : null;
  }

  /** Whether the last look got an answer from the disk. */
  boolean diskAnswers() {
    Trouble wrong = sight.wrong();
    return wrong == null || wrong.what() != Trouble.What.SILENT;
  }

  /** Throws if the root key has not been readable for {@link #MOST_SEALING} or longer. */
  void requireReadableLately() {
    Sight now = sight;
    Trouble locked = now.locked();
    if (locked != null && nanoTime.getAsLong() - now.lockedNanos() >= MOST_SEALING.toNanos()) {
      throw locked.why();
    }
  }
}
