package io.claviger.s3.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A text with places for the groups of a pattern: {@code $1} to {@code $9}, {@code $$} for $. */
final class NameTemplate {
  private static final int MAX_ID_CHARS = 255;
  private static final Pattern TAKEN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** A name gives no possible key id. */
  static final class ImpossibleException extends Exception {
    private static final long serialVersionUID = 1L;

    ImpossibleException(String message) {
      super(message);
    }
  }

  /**
   * A literal text and the group behind it.
   *
   * @param group from 1, 0 for none
   */
  private record Piece(String literal, int group) {}

  private final List<Piece> pieces;

  private NameTemplate(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException for a place of a group that the pattern does not have
   */
  static NameTemplate parse(String text, int groups) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '$') {
        literal.append(text.charAt(i));
        continue;
      }
      i++;
      char next = i < text.length() ? text.charAt(i) : ' ';
      if (next == '$') {
        literal.append('$');
        continue;
      }
      int group = next - '0';
      if (group < 1 || group > groups) {
        throw new IllegalArgumentException(
            "\"%s\" takes a group that the pattern does not have: it has %d. Write $1 for the first text in parentheses, $$ for a dollar sign"
                .formatted(text, groups));
      }
      pieces.add(new Piece(literal.toString(), group));
      literal.setLength(0);
    }
    pieces.add(new Piece(literal.toString(), 0));
    return new NameTemplate(List.copyOf(pieces));
  }

  /**
   * Refuses a template of key ids that could never be one, or two of whose texts touch.
   *
   * @param withSlash groups that may hold a slash
   */
  void requireOfKeyId(List<Integer> withSlash) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (i > 0 && piece.group() > 0 && piece.literal().isEmpty()) {
        throw new IllegalArgumentException(
            "two groups touch in the key id, so that two names would share a key. Write a character between them, as in $1-$2");
      }
      if (withSlash.contains(piece.group())) {
        throw new IllegalArgumentException(
            "the key id takes $%d, which may hold a slash, and no key id has one. Write (*) there"
                .formatted(piece.group()));
      }
      if (piece.literal().chars().anyMatch(NameTemplate::neverInId)) {
        throw new IllegalArgumentException(
            "a key id has no slash, backslash, brace or control character. Correct it");
      }
    }
    if (pieces.size() == 1) {
      String id = pieces.get(0).literal();
      if (id.isBlank() || id.equals(".") || id.equals("..") || id.length() > MAX_ID_CHARS) {
        throw new IllegalArgumentException(
            "the key id \"%s\" is not possible: 1 to %d characters, not . or .."
                .formatted(id, MAX_ID_CHARS));
      }
    }
  }

  private static boolean neverInId(int c) {
    return c == '/' || c == '\\' || c == '{' || c == '}' || c < 0x20 || c == 0x7f;
  }

  /** Returns the text with the groups in it. */
  String text(List<String> groups) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(piece.literal()).append(piece.group() == 0 ? "" : groups.get(piece.group() - 1));
    }
    return text.toString();
  }

  /**
   * Returns the key id with the groups in it.
   *
   * @throws ImpossibleException saying which group gives none
   */
  String keyId(List<String> groups) throws ImpossibleException {
    for (Piece piece : pieces) {
      if (piece.group() > 0) {
        requireTaken(piece.group(), groups.get(piece.group() - 1));
      }
    }
    String id = text(groups);
    if (id.length() > MAX_ID_CHARS) {
      throw new ImpossibleException(
          "gives a key id of %d characters, at most %d".formatted(id.length(), MAX_ID_CHARS));
    }
    return id;
  }

  private void requireTaken(int group, String taken) throws ImpossibleException {
    if (taken.isEmpty()) {
      throw new ImpossibleException(
          "$%d is empty, and would give a key id without it".formatted(group));
    }
    if (!TAKEN.matcher(taken).matches() || taken.contains("..")) {
      throw new ImpossibleException(
          "$%d holds what no key id may take from a name: letters and digits of ASCII, - . and _, a letter or digit first, no .."
              .formatted(group));
    }
    for (int i = 1; i < pieces.size(); i++) {
      Piece between = pieces.get(i);
      if (between.group() > 0 && taken.contains(between.literal())) {
        throw new ImpossibleException(
            "$%d holds \"%s\", which stands between groups of the key id, so that another name could share the key"
                .formatted(group, between.literal()));
      }
    }
  }
}
