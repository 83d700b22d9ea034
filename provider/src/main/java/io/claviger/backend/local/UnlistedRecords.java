package io.claviger.backend.local;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import java.io.IOException;

/**
 * Record files that the manifest does not list. They are set aside, never deleted or overwritten,
 * and a newer one than the manifest's holds every change of its key back until {@link Rebuild} has
 * looked at it.
 */
final class UnlistedRecords {
  private static final String UNREADABLE =
      "If rebuild names that file as unreadable, put it back from a backup and rebuild again, or move it out of the folder to go on without it";

  private UnlistedRecords() {}

  /**
   * Gives a record file the name under which it is set aside; another one is never overwritten.
   *
   * @param cutOff whether a change that was announced and not made left it
   * @return its name now
   */
  static String setAside(KeyFolder files, String file, RecordName name, boolean cutOff)
      throws IOException {
    RecordName free = name;
    while (files.exists(nameOf(free, cutOff))) {
      free = name.renewed();
    }
    files.rename(file, nameOf(free, cutOff));
    return nameOf(free, cutOff);
  }

  private static String nameOf(RecordName name, boolean cutOff) {
    return cutOff ? name.unfinishedName() : name.asideName();
  }

  /**
   * Returns why a key is not made: under a second one, what the first one sealed would not open.
   */
  static KmsException notCreated(KeyFolder files, String keyId, String file) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "key \"%s\" was not created: the key folder %s has a record of it that its manifest does not name, %s, so an older manifest seems to have been put back. A second key of this name would not open what the first one sealed: stop the processes that use the folder and call LocalKeyFolder.rebuild(folder, passphrase), which finds the key, or choose another name. %s"
            .formatted(keyId, files, file, UNREADABLE));
  }

  /** Returns why a key is not changed, nor destroyed: the newer record would be lost by it. */
  static KmsException notChanged(KeyFolder files, String keyId, String file) {
    return KmsException.of(
        ErrorKind.CORRUPT_RECORD,
        "key \"%s\" was not changed: the key folder %s has a newer record of it than its manifest names, %s, so an older manifest seems to have been put back. Stop the processes that use the folder and call LocalKeyFolder.rebuild(folder, passphrase), which takes the newer one. %s"
            .formatted(keyId, files, file, UNREADABLE));
  }
}
