package io.claviger.backend.local;

import io.claviger.backend.local.Manifest.Head;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The one commit point: a manifest takes the place of another. Under the folder's lock. */
final class ManifestWriter {
  private final KeyFolder files;

  ManifestWriter(KeyFolder files) {
    this.files = files;
  }

  /**
   * Puts a manifest into its place; the folder is durable when the call returns. UNAVAILABLE,
   * saying which of the two, when nothing happened or when that is unknown.
   *
   * @param check called right before the rename; nothing happens if it throws
   */
  Head replace(Manifest next, Root root, Disk.Step check) {
    byte[] content = next.write(root);
    Head head = Manifest.headOf(content);
    if (head == null) {
      throw new IllegalStateException("internal error: a manifest without head");
    }
    String beside = KeyFolder.newName(KeyFolder.MANIFEST, next.generation());
    try {
      files.writeNew(beside, content);
      try {
        check.run();
      } catch (IOException | RuntimeException e) {
        files.delete(beside);
        throw e;
      }
    } catch (IOException e) {
      throw files.unavailable("written", e);
    }
    try {
      files.rename(beside, KeyFolder.MANIFEST);
      files.sync();
      requireThere(head);
    } catch (IOException e) {
      throw unknown(e);
    }
    copyRoot(next);
    return head;
  }

  /** Where locks do not work, another process may have written in between. */
  private void requireThere(Head head) throws IOException {
    byte[] start = files.head(KeyFolder.MANIFEST, Manifest.HEAD_BYTES).orElse(new byte[0]);
    if (!head.equals(Manifest.headOf(start))) {
      throw new IOException("another manifest is there");
    }
  }

  /** Brings the copy of the wrapped root key up to date. */
  void copyRoot(Manifest manifest) {
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
      throw KmsException.of(
          ErrorKind.UNAVAILABLE,
          "the change was made, but %s/%s, the copy of the wrapped root key, could not be written (%s); the next change does it"
              .formatted(files, KeyFolder.ROOT_COPY, e.getClass().getSimpleName()),
          e);
    }
  }

  private byte @Nullable [] rootCopy() {
    return files.read(KeyFolder.ROOT_COPY).orElse(null);
  }

  private KmsException unknown(IOException cause) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "the key folder %s failed at the last step of a change (%s): it is unknown whether the change was made. Nothing else was lost: repair the disk, look whether it was, and repeat it if not"
            .formatted(files, cause.getClass().getSimpleName()),
        cause);
  }
}
