package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.format.Utf8;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a change is going to do, over the state that it begins with. Used under the lock alone. */
final class Draft {
  private static final int MOST_ID_BYTES = 0xffff;

  /** A change of the root keys: the keys and how they are wrapped. */
  record NewRoot(RootKeys keys, byte[] json) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof NewRoot that && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
      return keys.hashCode();
    }
  }

  private final State base;
  private final BiFunction<String, Entry, KeyRecord> reader;
  private final KeyFolder folder;
  private final Supplier<List<String>> files;
  private final Map<String, Optional<KeyRecord>> changed;
  private final List<RecordName> superseded;
  private final Map<String, List<RecordName>> givenUp;
  private @Nullable NewRoot root;

  /**
   * Begins with {@code base}.
   *
   * @param reader opens its records
   * @param folder the folder, for messages
   * @param files returns the names of all files of the folder, of the moment of the change
   */
  Draft(
      State base,
      BiFunction<String, Entry, KeyRecord> reader,
      KeyFolder folder,
      Supplier<List<String>> files) {
    this(
        base,
        reader,
        folder,
        files,
        new LinkedHashMap<>(),
        new ArrayList<>(),
        new LinkedHashMap<>(),
        null);
  }

  private Draft(
      State base,
      BiFunction<String, Entry, KeyRecord> reader,
      KeyFolder folder,
      Supplier<List<String>> files,
      Map<String, Optional<KeyRecord>> changed,
      List<RecordName> superseded,
      Map<String, List<RecordName>> givenUp,
      @Nullable NewRoot root) {
    this.base = base;
    this.reader = reader;
    this.folder = folder;
    this.files = files;
    this.changed = changed;
    this.superseded = superseded;
    this.givenUp = givenUp;
    this.root = root;
  }

  /** Returns a draft that goes on from this one, which stays as it is. */
  Draft copy() {
    return new Draft(
        base,
        reader,
        folder,
        files,
        new LinkedHashMap<>(changed),
        new ArrayList<>(superseded),
        new LinkedHashMap<>(givenUp),
        root);
  }

  State base() {
    return base;
  }

  /** Whether the folder has a key of this id, damaged or not. */
  boolean has(String keyId) {
    Optional<KeyRecord> here = changed.get(keyId);
    return here == null ? base.entry(keyId) != null : here.isPresent();
  }

  /**
   * Returns the file of a record of {@code keyId} that the manifest does not list and that is newer
   * than the one it lists, or of any such one if it lists none; null if there is none. What a
   * change that was cut off left does not count.
   */
  @Nullable String unlisted(String keyId) {
    Entry listed = base.entry(keyId);
    for (String file : RecordName.filesOf(keyId, files.get())) {
      RecordName name = RecordName.parse(file);
      boolean newer =
          listed == null || name != null && name.generation() > listed.name().generation();
      if (newer && !RecordName.isUnfinished(file)) {
        return file;
      }
    }
    return null;
  }

  private void requireNothingNewer(String keyId) {
    String file = unlisted(keyId);
    if (file != null) {
      throw base.entry(keyId) == null
          ? UnlistedRecords.notCreated(folder, keyId, file)
          : UnlistedRecords.notChanged(folder, keyId, file);
    }
  }

  /** Returns a key; CORRUPT_RECORD if its record is damaged. */
  Optional<KeyRecord> find(String keyId) {
    Optional<KeyRecord> here = changed.get(keyId);
    if (here != null) {
      return here;
    }
    return Optional.ofNullable(base.entry(keyId)).map(entry -> reader.apply(keyId, entry));
  }

  /** Adds or replaces a key; CORRUPT_RECORD if a newer record of it is there. */
  void put(KeyRecord record) {
    String keyId = record.metadata().keyId();
    int bytes = Utf8.encode(keyId).length;
    if (bytes > MOST_ID_BYTES) {
      throw KmsException.of(
          ErrorKind.INVALID_REQUEST,
          "a key id of %d bytes, at most %d. Choose a shorter one".formatted(bytes, MOST_ID_BYTES));
    }
    RecordJson.requireReadable(record);
    requireNothingNewer(keyId);
    changed.put(keyId, Optional.of(record));
  }

  /** Destroys a key; CORRUPT_RECORD if a newer record of it is there. */
  void remove(String keyId) {
    requireNothingNewer(keyId);
    changed.put(keyId, Optional.empty());
  }

  /**
   * Ends a key of which nothing is good, and removes {@code left}, which was looked at, and no
   * other file: a good record of it that turns up later is kept.
   */
  void giveUp(String keyId, List<RecordName> left) {
    changed.put(keyId, Optional.empty());
    givenUp.put(keyId, List.copyOf(left));
  }

  boolean isGivenUp(String keyId) {
    return givenUp.containsKey(keyId);
  }

  /** Returns the files of keys that are given up. */
  List<RecordName> left() {
    return givenUp.values().stream().flatMap(List::stream).toList();
  }

  /** Removes a file that was set aside. */
  void supersede(RecordName aside) {
    superseded.add(aside);
  }

  void setRoot(NewRoot fresh) {
    root = fresh;
  }

  Map<String, Optional<KeyRecord>> changed() {
    return changed;
  }

  List<RecordName> superseded() {
    return superseded;
  }

  @Nullable NewRoot root() {
    return root;
  }

  boolean isEmpty() {
    return changed.isEmpty() && superseded.isEmpty() && root == null;
  }

  boolean destroys() {
    return changed.values().stream().anyMatch(Optional::isEmpty);
  }
}
