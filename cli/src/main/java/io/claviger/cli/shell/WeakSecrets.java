package io.claviger.cli.shell;

import io.claviger.config.LocalConfig;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Warns of a passphrase, when keys are first sealed under it, that keeps nobody out. */
final class WeakSecrets {
  private static final int LEAST_BYTES = 8;
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private WeakSecrets() {}

  /** Warns of the passphrase of a key folder that is about to be made. */
  static void warn(Shell shell, LocalConfig config) {
    SecretBytes passphrase = config.masterKey();
    if (passphrase != null) {
      warn(shell, passphrase, fileOfFolder());
    }
  }

  private static @Nullable String fileOfFolder() {
    String variable = System.getenv("CLAVIGER_MASTER_KEY_FILE");
    return System.getProperty("claviger.master_key_file", variable);
  }

  /**
   * Warns of a passphrase.
   *
   * @param file where it is from; null, or no file, for elsewhere
   */
  static void warn(Shell shell, SecretBytes passphrase, @Nullable String file) {
    int bytes = passphrase.length();
    if (bytes > 0 && bytes < LEAST_BYTES) {
      shell.say(
          "claviger: the passphrase has %d bytes, so few that anyone with the file finds it by trying; use a longer one"
              .formatted(bytes));
    }
    if (file != null && Files.isRegularFile(Path.of(file))) {
      warnOfReaders(shell, Path.of(file));
    }
  }

  private static void warnOfReaders(Shell shell, Path file) {
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      if (rights.stream().anyMatch(OTHERS::contains)) {
        shell.say(
            "claviger: others can read the passphrase in %s (%s); chmod 600 it"
                .formatted(file, PosixFilePermissions.toString(rights)));
      }
    } catch (IOException | UnsupportedOperationException e) {
      // no rights of this kind here: nothing is known
    }
  }
}
