package io.claviger.cli.shell;

/**
 * Names that others chose, as text for people. Anyone who can write to a bucket chooses keys and
 * metadata, and with them what a terminal is made to do: control characters are written as hex.
 */
public final class Printable {
  private Printable() {}

  /** Returns {@code text} with {@code \\x1b} for an escape character, and so on. */
  public static String of(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    text.chars()
        .forEach(
            c -> shown.append(Character.isISOControl(c) ? "\\x%02x".formatted(c) : (char) c + ""));
    return shown.toString();
  }
}
