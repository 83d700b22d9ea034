package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyRecord;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keys that a folder takes in, and what becomes of each: in one change. */
final class KeyImport {
  private static final String ANOTHER_KEY =
      "the folder has another key of this id, which does not open the blobs of this one. Import this one into another folder";
  private static final String OTHER_VERSIONS =
      "the folder has this key too, and each of the two has a version that the other lacks: they were rotated apart. The folder opens what the versions that both have sealed; import this one into another folder to open the rest";
  private static final String INSTEAD =
      "; or call LocalKeyFolder.giveUp and import again, which brings back what was sealed before the bundle was made";

  private final List<KeyRecord> keys;
  private final boolean fromRustfs;
  private final List<String> imported = new ArrayList<>();
  private final List<String> alreadyThere = new ArrayList<>();
  private final Map<String, String> refused;

  private KeyImport(List<KeyRecord> keys, boolean fromRustfs, Map<String, String> refused) {
    this.keys = keys;
    this.fromRustfs = fromRustfs;
    this.refused = new TreeMap<>(refused);
  }

  /** Keys of a bundle. */
  static KeyImport of(List<KeyRecord> keys) {
    return new KeyImport(keys, false, Map.of());
  }

  /**
   * Keys of RustFS, which get wrapping secrets of their own at every import; {@code refused} are
   * those that could not be read, with the reason.
   */
  static KeyImport ofRustfs(List<KeyRecord> keys, Map<String, String> refused) {
    return new KeyImport(keys, true, refused);
  }

  LocalKeyFolder.Report into(FileRecordStore store) {
    store.change(
        draft -> {
          keys.forEach(key -> take(draft, key));
          return true;
        });
    return new LocalKeyFolder.Report(imported, alreadyThere, refused);
  }

  private void take(Draft draft, KeyRecord key) {
    String id = key.metadata().keyId();
    try {
      KeyRecord found = draft.find(id).orElse(null);
      if (found == null) {
        draft.put(key);
        imported.add(id);
      } else if (fromRustfs ? found.opensRustfsBlobsOf(key) : found.opensAllOf(key)) {
        alreadyThere.add(id);
      } else if (!fromRustfs && key.opensAllOf(found)) {
        draft.put(found.withVersionsOf(key));
        imported.add(id);
      } else {
        boolean shared = key.versions().stream().anyMatch(found::opens);
        refused.put(id, shared ? OTHER_VERSIONS : ANOTHER_KEY);
      }
    } catch (KmsException e) {
      refused.put(id, whyRefused(draft, id, e));
    }
  }

  private static String whyRefused(Draft draft, String id, KmsException e) {
    if (e.kind() != ErrorKind.CORRUPT_RECORD) {
      throw e;
    }
    return draft.has(id) && !RecordFile.isUnreadable(e)
        ? e.getMessage() + INSTEAD
        : String.valueOf(e.getMessage());
  }
}
