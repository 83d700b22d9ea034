package io.claviger.cli.shell;

import io.claviger.kms.SecretBytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that a command needs besides the configuration's: from a file, from standard input by
 * {@code -}, or from somebody at the terminal. Never from an argument, which every process of the
 * machine can read.
 */
public final class Passphrases {
  private final Shell shell;

  public Passphrases(Shell shell) {
    this.shell = shell;
  }

  /** Returns a passphrase that is there already. */
  public SecretBytes known(@Nullable String file, String what, String option) {
    return file == null ? asked(what + ": ", option) : read(file, what);
  }

  /** Returns one to be used from now on; at a terminal it is asked for twice. */
  public SecretBytes fresh(@Nullable String file, String what, String option) {
    SecretBytes secret = file == null ? askedTwice(what, option) : read(file, what);
    WeakSecrets.warn(shell, secret, file);
    return secret;
  }

  private SecretBytes askedTwice(String what, String option) {
    SecretBytes first = asked(what + ": ", option);
    try (SecretBytes second = asked(what + " again: ", option)) {
      if (!first.equals(second)) {
        first.close();
        throw new CommandException(
            ExitCode.REFUSED, "the two are not the same; nothing was changed, try again");
      }
      return first;
    }
  }

  /** Returns the bytes of a file, or of standard input, as they are. */
  public SecretBytes raw(String file, String what) {
    try {
      return SecretBytes.takeOwnership(bytes(file));
    } catch (IOException e) {
      throw LocalFiles.unreadable(file, what, e);
    }
  }

  private SecretBytes read(String file, String what) {
    try (SecretBytes all = raw(file, what)) {
      return all.use(Passphrases::stripped);
    }
  }

  private byte[] bytes(String file) throws IOException {
    return file.equals(LocalFiles.STANDARD)
        ? new BufferedInputStream(shell.in()).readAllBytes() // a FileInputStream asks a pipe's size
        : Files.readAllBytes(Path.of(file));
  }

  /** As configuration files are read: white space around it is dropped. */
  private static SecretBytes stripped(byte[] content) {
    int from = 0;
    int to = content.length;
    while (from < to && isSpace(content[from])) {
      from++;
    }
    while (to > from && isSpace(content[to - 1])) {
      to--;
    }
    return SecretBytes.takeOwnership(Arrays.copyOfRange(content, from, to));
  }

  private static boolean isSpace(byte b) {
    return b >= 0 && b <= ' ';
  }

  private SecretBytes asked(String prompt, String option) {
    char[] typed = shell.askSecret(prompt);
    if (typed == null) {
      throw new CommandException(
          ExitCode.NOT_CONFIRMED,
          "a passphrase is needed and standard input is no terminal; name a file that holds it with"
              + " "
              + option);
    }
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(typed, ' ');
    return SecretBytes.takeOwnership(bytes);
  }
}
