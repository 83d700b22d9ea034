package io.claviger.backend.local;

import io.claviger.backend.keyring.KeyringBackend;
import io.claviger.backend.local.Manifest.Entry;
import io.claviger.backend.local.OpenFolder.State;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.util.ArrayList;
import java.util.List;

/** A key of which no record can be read: it blocks its name until somebody gives it up. */
final class GivenUp {
  private GivenUp() {}

  /** Throws CORRUPT_RECORD, saying what to do, if the key that is there cannot be read. */
  static void requireReadable(Draft draft, String keyId) {
    try {
      draft.find(keyId);
    } catch (KmsException e) {
      throw e.kind() == ErrorKind.CORRUPT_RECORD ? taken(keyId, e) : e;
    }
  }

  private static KmsException taken(String keyId, KmsException why) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "key \"%s\" was not created: there is one of this id, but %s. A second key of this name would not open what the first one sealed; to give that up for good, call LocalKeyFolder.giveUp"
            .formatted(keyId, why.getMessage()),
        why);
  }

  /** Adds the end of a key; INVALID_REQUEST if a record of it can be read. */
  static boolean giveUp(Draft draft, OpenFolder folder, String keyId) {
    Entry entry = draft.base().entry(keyId);
    List<String> left =
        RecordName.filesOf(keyId, folder.files.names()); // of this moment: they are deleted
    if (entry == null && left.isEmpty()) {
      throw KeyringBackend.notFound(keyId);
    }
    if (entry != null && isReadable(folder, keyId, entry, draft.base())) {
      throw refused(keyId, "its record can be read. deleteKey destroys a key");
    }
    List<RecordName> damaged = new ArrayList<>();
    for (String file : left) {
      if (!folder.files.isRegular(file)) {
        throw refused(
            keyId,
            "%s is no file but something else, which may lead to a record of it. Look at it, and move it out of the folder"
                .formatted(file));
      }
      if (isAuthentic(folder.files, file, draft.base().roots())) {
        throw refused(
            keyId,
            "%s is a record of it that can be read, or is sealed under another root key. Stop the processes that use the folder and call LocalKeyFolder.rebuild(folder, passphrase), which takes it, or move it out of the folder"
                .formatted(file));
      }
      RecordName name = RecordName.parse(file);
      if (name != null) {
        damaged.add(name);
      }
    }
    draft.giveUp(keyId, damaged);
    return true;
  }

  private static boolean isReadable(OpenFolder folder, String keyId, Entry entry, State base) {
    try {
      folder.read(keyId, entry, base.roots());
      return true;
    } catch (KmsException e) {
      return notIfDamaged(e);
    }
  }

  private static boolean isAuthentic(KeyFolder files, String file, RootKeys roots) {
    try {
      byte[] content = files.read(file).orElse(new byte[0]);
      Long root = RecordFile.rootIdOf(content);
      if (root != null && roots.find(root) == null) {
        return true; // as far as anybody can know without that root key
      }
      RecordFile.decode(file, content, roots::find);
      return true;
    } catch (KmsException e) {
      return notIfDamaged(e);
    }
  }

  private static boolean notIfDamaged(KmsException e) {
    if (e.kind() != ErrorKind.CORRUPT_RECORD) {
      throw e;
    }
    return false;
  }

  /** Returns the refusal of a key whose record the process that was asked has in memory. */
  static KmsException remembered(String keyId) {
    return refused(
        keyId,
        "this process has its record in memory. Change the key here, by tagKey or rotateKey: that writes the whole record into a new file");
  }

  private static KmsException refused(String keyId, String why) {
    return KmsException.of(
        ErrorKind.INVALID_REQUEST,
        "key \"%s\" was not given up: %s. Nothing was changed".formatted(keyId, why));
  }
}
