package io.claviger.backend.local;

import io.claviger.backend.local.Manifest.Head;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one commit point: a manifest takes the place of another. Under the folder's lock. */
final class ManifestWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestWriter.class);

  private final KeyFolder files;

  ManifestWriter(KeyFolder files) {
    this.files = files;
  }

  /**
   * Puts a manifest into its place that comes from none, in place of what a try before it left; the
   * folder is durable when the call returns. UNAVAILABLE, saying which of the two, when nothing
   * happened or when that is unknown.
   *
   * @param check called right before the rename; nothing happens if it throws
   */
  Head replace(Manifest next, Root root, Disk.Step check) {
    try {
      files.delete(beside(next.generation()));
    } catch (IOException e) {
      throw files.unavailable("written", e);
    }
    announce(next.generation());
    Head head;
    try {
      head = prepare(next, root, check);
    } catch (RuntimeException e) {
      withdraw(next.generation());
      throw e;
    }
    rename(next, head);
    return head;
  }

  /**
   * Says that a change begins, by an empty file beside the manifest that the rename takes away: as
   * long as it is there, the change of that generation was not made.
   */
  void announce(long generation) {
    try {
      files.makeNew(beside(generation));
    } catch (IOException e) {
      throw files.unavailable("written", e);
    }
  }

  /** Takes an announcement back, after whatever the change wrote is gone. */
  void withdraw(long generation) {
    try {
      files.delete(beside(generation));
    } catch (IOException e) {
      LOG.warn("key folder {}: what an unfinished change wrote stays until the next", files, e);
    }
  }

  /** Whether a change of this generation was announced and not made. */
  boolean isAnnounced(long generation) {
    return files.exists(beside(generation));
  }

  private static String beside(long generation) {
    return KeyFolder.newName(KeyFolder.MANIFEST, generation);
  }

  /** Writes the manifest into the file that announces it; nothing happened if this throws. */
  Head prepare(Manifest next, Root root, Disk.Step check) {
    byte[] content = next.write(root);
    Head head = Manifest.headOf(content);
    if (head == null) {
      throw new IllegalStateException("internal error: a manifest without head");
    }
    try {
      files.fill(beside(next.generation()), content);
      check.run();
    } catch (IOException e) {
      throw files.unavailable("written", e);
    }
    return head;
  }

  /** Makes the change: from here on nothing is undone. */
  void rename(Manifest next, Head head) {
    try {
      files.rename(beside(next.generation()), KeyFolder.MANIFEST);
      files.sync();
      requireThere(head);
    } catch (IOException e) {
      throw unknown(e);
    } catch (KmsException e) { // of a read
      throw unknown(causeOf(e));
    }
    copyRoot(next, this::madeButNotCopied);
  }

  private static Throwable causeOf(KmsException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  /** Where locks do not work, another process may have written in between. */
  private void requireThere(Head head) throws IOException {
    byte[] start = files.head(KeyFolder.MANIFEST, Manifest.HEAD_BYTES).orElse(new byte[0]);
    if (!head.equals(Manifest.headOf(start))) {
      throw new IOException("another manifest is there");
    }
  }

  /** Brings the copy of the wrapped root key up to date; {@code failure} says what that means. */
  void copyRoot(Manifest manifest, Function<Throwable, KmsException> failure) {
    try {
      if (Arrays.equals(rootCopy(), manifest.rootJson())) {
        return;
      }
      String beside = KeyFolder.newName(KeyFolder.ROOT_COPY, manifest.generation());
      files.delete(beside);
      files.writeNew(beside, manifest.rootJson());
      files.rename(beside, KeyFolder.ROOT_COPY);
      files.sync();
    } catch (IOException e) {
      throw failure.apply(e);
    } catch (KmsException e) { // of a read
      throw failure.apply(causeOf(e));
    }
  }

  private KmsException madeButNotCopied(Throwable cause) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the change was made, but %s/%s, the copy of the wrapped root key, could not be read or written (%s); the next change does it"
            .formatted(files, KeyFolder.ROOT_COPY, KeyFolder.why(cause)),
        cause);
  }

  private byte @Nullable [] rootCopy() {
    return files.read(KeyFolder.ROOT_COPY).orElse(null);
  }

  private KmsException unknown(Throwable cause) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the key folder %s failed at the last step of a change (%s): it is unknown whether the change was made. Nothing else was lost: repair the disk, look whether it was, and repeat it if not. If it was a change of the passphrase, keep both until the folder was opened with one"
            .formatted(files, KeyFolder.why(cause)),
        cause);
  }
}
