package io.claviger.backend.local;

import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a folder that a running process has read before, and the sentences that say
 * what is missing in it and what to do. None advises a restart where the process may hold what no
 * file has.
 *
 * @param why what is thrown for it
 * @param there the older folder, or the fork, that is there instead; null if nothing can be read
 */
record Trouble(KmsException why, @Nullable State there) {
  private static final String REBUILD = "call LocalKeyFolder.rebuild(folder, passphrase)";

  /**
   * Whether files are gone or replaced, so that some of what the process remembers may be in none.
   * A disk that does not answer and a new passphrase are no reason to think so.
   */
  boolean isLoss() {
    return why.kind() == ErrorKind.CORRUPT_RECORD;
  }

  /**
   * Returns what is wrong with a manifest that does not come from the one seen; null if nothing.
   */
  static @Nullable Trouble unlessDescendant(KeyFolder files, State found, State known) {
    long seen = known.manifest().generation();
    long generation = found.manifest().generation();
    boolean other = generation == seen && !found.head().equals(known.head());
    boolean older = generation < seen || other;
    if (!older && !found.manifest().lineage().excludes(seen, known.manifest().lineage())) {
      return null;
    }
    List<String> lost = lost(known, (keyId, entry) -> entry.equals(found.entry(keyId)));
    String advice =
        lost.isEmpty()
            ? "It names all records that this process knows. Was the folder restored? Then restart this process"
            : "%s not in it: put the newer files back where they are missing and %s. Do not restart this process before: it may hold keys that no file has"
                .formatted(records(lost), REBUILD);
    return new Trouble(
        KmsException.of(
            ErrorKind.CORRUPT_RECORD,
            "the manifest of the key folder %s has generation %d%s, but this process has seen %d. %s"
                .formatted(
                    files,
                    generation,
                    older ? "" : " and comes from an older one that was put back",
                    seen,
                    advice)),
        found);
  }

  /** What a manifest is whose root key this process does not know and was not given later. */
  static KmsException olderRoot(KeyFolder files) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the key folder %s has the root key of an older copy, or of another folder, which the passphrase of this process does not open. Put the newer files back and %s. Do not restart this process before: it may hold keys that no file has"
            .formatted(files, REBUILD));
  }

  /** What a manifest is that cannot be read: of a folder that nobody has read yet. */
  static KmsException damaged(KeyFolder files, @Nullable String how) {
    return damaged(
        files,
        how,
        "The records are as they were: stop the processes that use the folder and %s, or restore the whole folder from a backup"
            .formatted(REBUILD));
  }

  /**
   * What a manifest is that cannot be read.
   *
   * @param known what was read of the folder before; null if nothing
   */
  static KmsException damaged(KeyFolder files, @Nullable String how, @Nullable State known) {
    if (known == null) {
      return damaged(files, how);
    }
    if (!files.exists(KeyFolder.MANIFEST) && !files.holdsKeys()) {
      return KmsException.of(
          ErrorKind.CORRUPT_RECORD,
          "the key folder %s is not there: no manifest and no record was found. Mount it, or put it back. Do not restart this process meanwhile: it may hold keys that no file has"
              .formatted(files));
    }
    Set<String> names = files.names();
    List<String> lost =
        lost(known, (keyId, entry) -> entry.name().fileNames().stream().anyMatch(names::contains));
    return lost.isEmpty()
        ? damaged(files, how)
        : damaged(
            files,
            how,
            "%s missing too: put the files back and %s. Do not restart this process before: it may hold keys that no file has"
                .formatted(records(lost), REBUILD));
  }

  private static KmsException damaged(KeyFolder files, @Nullable String how, String advice) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the manifest %s/%s %s. %s".formatted(files, KeyFolder.MANIFEST, how, advice));
  }

  private static List<String> lost(State known, BiPredicate<String, Entry> isThere) {
    List<String> lost = new ArrayList<>();
    for (Map.Entry<String, Entry> entry : known.manifest().entries().entrySet()) {
      if (!isThere.test(entry.getKey(), entry.getValue())) {
        lost.add(entry.getKey());
      }
    }
    return lost;
  }

  private static String records(List<String> lost) {
    return lost.size() == 1
        ? "The record that this process knows of key \"%s\" is".formatted(lost.get(0))
        : "The records that this process knows of %d keys, \"%s\" among them, are"
            .formatted(lost.size(), lost.get(0));
  }
}
