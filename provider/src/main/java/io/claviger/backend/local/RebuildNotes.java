package io.claviger.backend.local;

import java.util.Map;
import java.util.TreeMap;

/** What {@link Rebuild} could not take, key by key, each with what to do. */
final class RebuildNotes {
  private final Map<String, String> notes = new TreeMap<>();

  private void add(String about, String sentences) {
    notes.merge(about, sentences, (before, more) -> before + ". " + more);
  }

  /** No record of a key can be read; the manifest goes on naming one. */
  void kept(String keyId, String file) {
    add(
        keyId,
        "no record of it can be read: %s is missing, damaged or not given by the disk. The key keeps its name and can be neither used nor created again. Put that file back from a backup and rebuild again; or, to give the key up for good or to import it from a bundle, call LocalKeyFolder.giveUp first"
            .formatted(file));
  }

  /** A record that the manifest named is gone, and an older one is taken. */
  void fellBack(String keyId, String named, String taken) {
    add(
        keyId,
        "%s, which the manifest named, is missing or damaged, and the older %s was taken: what was sealed under later versions does not open. If a backup has the newer file, put it back and rebuild again before the key is changed"
            .formatted(named, taken));
  }

  /** The record of a change that seems not to have been made is taken: it only adds versions. */
  void tookUnfinished(String keyId, String file) {
    add(
        keyId,
        "%s was taken, of a rotation that seems not to have been made: it has every version that the others have, and more. Nothing needs to be done"
            .formatted(file));
  }

  /** An authentic record is not taken though it has versions that the one which was taken lacks. */
  void passedOver(String keyId, String file) {
    add(
        keyId,
        "%s was not taken, and has versions that the record which was taken does not have. If something of this key does not open: put a copy of that file, named so that it ends in .record, and a copy of %s into an empty folder, and rebuild that one"
            .formatted(file, KeyFolder.ROOT_COPY));
  }

  /** A record that is newer than the one which was taken cannot be read. */
  void newerUnreadable(String keyId, String file) {
    add(
        keyId,
        "%s is newer than the record that was taken and cannot be read. The key can be used but not changed: put that file back from a backup and rebuild again, or move it out of the folder to go on without it"
            .formatted(file));
  }

  /** No record of a key can be read, and nothing says its id. */
  void ofUnknownKey(String file) {
    add(
        file,
        "no record of the key that this file is of can be read, and its id is not known. A key of that id is not created: put the file back from a backup and rebuild again, or move it out of the folder to give its key up for good");
  }

  Map<String, String> all() {
    return notes;
  }
}
