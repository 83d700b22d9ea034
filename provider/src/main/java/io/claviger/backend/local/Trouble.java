package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.Manifest.Head;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.kms.ConfigurationException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a folder that a running process has read before, and the sentences that say
 * what is missing in it and what to do. None advises a restart where the process may hold what no
 * file has.
 *
 * @param what how much of what the process remembers it puts in doubt
 * @param why what is thrown for it
 * @param head what identifies the manifest that is there; null if it has not been judged
 * @param there the older folder, or the fork, that is there instead; null if nothing can be read
 * @param present records that were read there and opened; filled by those that read them
 */
record Trouble(
    What what,
    KmsException why,
    @Nullable Head head,
    @Nullable State there,
    Map<String, KeyRecord> present) {
  private static final String REBUILD = "call LocalKeyFolder.rebuild(folder, passphrase)";
  private static final String WHOLE =
      "Move what is there out of the folder and put the whole newer folder back, its manifest too. Do not restart this process before, unless one that was started with the passphrase of the folder opens all that this one sealed: it may hold keys that no file has";

  /** What a process that remembers keys can conclude about them. */
  enum What {
    /** The disk gave no answer: nothing new is known. */
    SILENT,
    /** Others changed passphrase and root key after what the process has seen. */
    LOCKED,
    /** The manifest is gone or damaged: records count that are there under the names it had. */
    DAMAGED,
    /** An older folder or a fork is there: its records count. */
    REPLACED,
    /** One is there whose root key cannot be read: nothing of it counts. */
    FOREIGN
  }

  Trouble(What what, KmsException why) {
    this(what, why, null, null, new ConcurrentHashMap<>());
  }

  /** Returns what it is that a look failed for this reason. */
  static Trouble of(KmsException why) {
    return new Trouble(why.kind() == ErrorKind.CORRUPT_RECORD ? What.DAMAGED : What.SILENT, why);
  }

  /** Returns this with what was known before, which stands while nothing new is known. */
  Trouble since(@Nullable Trouble before) {
    return before == null
        ? this
        : new Trouble(
            what,
            KmsException.of(
                why.kind(),
                "%s. What was found before stands until then: %s"
                    .formatted(why.getMessage(), before.why.getMessage()),
                why));
  }

  /** Returns the entry of the record of a key that counts; null if none does. */
  @Nullable Entry entry(String keyId, State known) {
    return switch (what) {
      case REPLACED -> there == null ? null : there.entry(keyId);
      case DAMAGED -> known.entry(keyId);
      default -> null;
    };
  }

  /**
   * Returns what is wrong with a manifest that does not come from the one seen; null if nothing.
   */
  static @Nullable Trouble unlessDescendant(KeyFolder files, State found, State known) {
    Manifest there = found.manifest();
    if (isDescendant(there, found.head(), known)) {
      return null;
    }
    long seen = known.manifest().generation();
    boolean older = there.generation() <= seen;
    List<String> lost = lost(known, (keyId, entry) -> entry.equals(found.entry(keyId)));
    String advice =
        lost.isEmpty()
            ? "It names all records that this process knows. Was the folder restored? Then restart this process"
            : "%s not in it: put the newer files back where they are missing and %s. Do not restart this process before: it may hold keys that no file has"
                .formatted(records(lost), REBUILD);
    return new Trouble(
        What.REPLACED,
        KmsException.of(
            ErrorKind.CORRUPT_RECORD,
            "the manifest of the key folder %s has generation %d%s, but this process has seen %d. %s"
                .formatted(
                    files,
                    there.generation(),
                    older ? "" : " and comes from an older one that was put back",
                    seen,
                    advice)),
        found.head(),
        found,
        new ConcurrentHashMap<>());
  }

  private static boolean isDescendant(Manifest found, Head head, State known) {
    long seen = known.manifest().generation();
    boolean older =
        found.generation() < seen || found.generation() == seen && !head.equals(known.head());
    return !older && !found.lineage().excludes(seen, known.manifest().lineage());
  }

  /**
   * Returns what a manifest is whose root key this process does not know and was not given. That it
   * says to come from the one seen proves nothing; that it says not to is doubt enough.
   *
   * @param loss what is known to be gone or replaced already; null if nothing
   * @param cause why the passphrase does not open it
   */
  static Trouble unopened(
      KeyFolder files, byte[] content, State known, @Nullable Trouble loss, KmsException cause) {
    Head head = Manifest.headOf(content);
    Manifest found = Manifest.unverified(content);
    long seen = known.manifest().generation();
    KmsException why;
    What what = What.FOREIGN;
    if (found == null
        || RootFile.generationOf(found.rootJson())
            <= RootFile.generationOf(known.manifest().rootJson())) {
      why = olderRoot(files);
    } else if (head == null || loss != null || !isDescendant(found, head, known)) {
      why =
          KmsException.of(
              ErrorKind.CORRUPT_RECORD,
              "files of the key folder %s were gone or replaced by older ones while this process ran, and passphrase and root key were changed there: generation %d is found, which this process cannot open, and it has seen %d. %s"
                  .formatted(files, found.generation(), seen, WHOLE),
              cause);
    } else {
      what = What.LOCKED;
      why =
          ConfigurationException.ofField(
              "master_key",
              "is not the folder's any more: passphrase and root key of the key folder %s were changed while this process ran. It opens what the keys that it remembers sealed for as long as it runs, and seals for %d s from then on; restart it with the new passphrase%s"
                  .formatted(
                      files,
                      Evidence.MOST_SEALING.toSeconds(),
                      found.lineage().includes(seen, known.manifest().lineage())
                          ? ""
                          : " when one that has it opens all that this one sealed: whether the folder has all keys of this process cannot be seen"),
              cause);
    }
    return new Trouble(what, why, head, null, new ConcurrentHashMap<>());
  }

  private static KmsException olderRoot(KeyFolder files) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "the key folder %s has the root key of an older copy, or of another folder, which the passphrase of this process does not open. %s"
            .formatted(files, WHOLE));
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
