package io.claviger.backend.vault;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import io.claviger.kms.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A secret that a login sends, as its file or the configuration has it. Byte order mark and blanks
 * at its ends are dropped; what cannot be one secret on one line is refused, without a word of it:
 * sent as a header it would stand in the exception that the JDK throws.
 *
 * @param text the secret
 * @param place where it is to be corrected, for messages
 */
record Credential(String text, String place) {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** Returns the secret that the configuration has, empty where it has none. */
  static Credential configured(@Nullable SecretBytes secret) {
    String text =
        secret == null
            ? ""
            : secret.<String>use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    return new Credential(text, "the configuration (reconfigure)");
  }

  /**
   * Returns the secret that is in a file now.
   *
   * @throws KmsException ACCESS_DENIED if it cannot be read, is empty or is not one line
   */
  static Credential in(String field, Path file) {
    String content;
    try {
      content = Files.readString(file);
    } catch (IOException e) {
      // a decoder's message and the name of the file are no secret
      throw unusable(field, file, "cannot be read as UTF-8 text", e);
    }
    if (content.indexOf(BYTE_ORDER_MARK) == 0) {
      content = content.substring(1);
    }
    String text = content.strip();
    if (text.isEmpty()) {
      throw unusable(field, file, "is empty", null);
    }
    long lines = text.lines().count();
    if (lines > 1) {
      throw unusable(field, file, "holds %d lines, expected one".formatted(lines), null);
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw unusable(
          field, file, "holds a blank or a character that no token and no secret id has", null);
    }
    return new Credential(text, "%s \"%s\"".formatted(field, file));
  }

  private static KmsException unusable(
      String field, Path file, String how, @Nullable Throwable cause) {
    return KmsException.of(
        ErrorKind.ACCESS_DENIED,
        "%s: the file \"%s\" %s. It is read at every login; put the secret there, alone on one line"
            .formatted(field, file, how),
        cause);
  }

  @Override
  public String toString() {
    return "Credential[***redacted***]";
  }
}
