package io.claviger.s3.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of names: literal text, wildcards and groups. Compares in time proportional to the
 * length of name and pattern, whatever the name is: each pair of places is tried once.
 */
final class NamePattern {
  /** A name that a rule fits, with the texts of its groups. */
  record Match(KeyRule rule, List<String> groups) {}

  /** What a pattern is made of. */
  enum Kind {
    LITERAL,
    /** Any text without a slash. */
    STAR,
    /** Any text. */
    ANY,
    BEGIN,
    END
  }

  /**
   * A piece of a pattern.
   *
   * @param text of a literal, else empty
   * @param group number of the group that begins or ends, from 1
   */
  record Piece(Kind kind, String text, int group) {}

  private final List<Piece> bucket;
  private final List<Piece> key;
  private final int groups;

  NamePattern(List<Piece> bucket, List<Piece> key, int groups) {
    this.bucket = List.copyOf(bucket);
    this.key = List.copyOf(key);
    this.groups = groups;
  }

  /** Returns the bucket's name, null where it has wildcards. */
  @Nullable String literalBucket() {
    StringBuilder name = new StringBuilder();
    for (Piece piece : bucket) {
      if (piece.kind() == Kind.STAR || piece.kind() == Kind.ANY) {
        return null;
      }
      name.append(piece.text());
    }
    return name.toString();
  }

  /** Returns the text that every key begins with. */
  String keyPrefix() {
    StringBuilder prefix = new StringBuilder();
    for (Piece piece : key) {
      if (piece.kind() == Kind.STAR || piece.kind() == Kind.ANY) {
        break;
      }
      prefix.append(piece.text());
    }
    return prefix.toString();
  }

  /** Whether every name fits. */
  boolean fitsAll() {
    return bare(bucket).equals(List.of(Kind.STAR)) && bare(key).equals(List.of(Kind.ANY));
  }

  private static List<Kind> bare(List<Piece> pieces) {
    return pieces.stream().map(Piece::kind).filter(k -> k != Kind.BEGIN && k != Kind.END).toList();
  }

  /** Returns the texts of the groups, null for a name that does not fit. */
  @Nullable List<String> match(String bucketName, String keyName) {
    String[] found = new String[groups];
    return new Matching(bucket, bucketName, found).fits(0, 0)
            && new Matching(key, keyName, found).fits(0, 0)
        ? List.of(found)
        : null;
  }

  /** One comparison. */
  private static final class Matching {
    private final List<Piece> pieces;
    private final String text;
    private final String[] found;
    private final int[] begins;
    private final BitSet failed = new BitSet();

    /** Of each wildcard that failed: how far it could reach, and the lowest end tried so far. */
    private final int[] reached;

    private final int[] lowest;

    Matching(List<Piece> pieces, String text, String[] found) {
      this.pieces = pieces;
      this.text = text;
      this.found = found;
      this.begins = new int[found.length];
      this.reached = new int[pieces.size()];
      this.lowest = new int[pieces.size()];
      Arrays.fill(reached, -1);
    }

    /** Whether the pieces from one on fit the text from a place on; notes the groups. */
    boolean fits(int from, int at) {
      if (from == pieces.size()) {
        return at == text.length();
      }
      int state = from * (text.length() + 1) + at;
      if (failed.get(state)) {
        return false;
      }
      Piece piece = pieces.get(from);
      boolean fits =
          switch (piece.kind()) {
            case LITERAL ->
                text.startsWith(piece.text(), at) && fits(from + 1, at + piece.text().length());
            case BEGIN -> {
              begins[piece.group() - 1] = at;
              yield fits(from + 1, at);
            }
            case END -> {
              found[piece.group() - 1] = text.substring(begins[piece.group() - 1], at);
              yield fits(from + 1, at);
            }
            case STAR -> anyEnd(from, at, reachOfStar(at));
            case ANY -> anyEnd(from, at, text.length());
          };
      if (!fits) {
        failed.set(state);
      }
      return fits;
    }

    private int reachOfStar(int at) {
      int slash = text.indexOf('/', at);
      return slash < 0 ? text.length() : slash;
    }

    /** Ends that an earlier beginning of the same wildcard tried are not tried again. */
    private boolean anyEnd(int from, int at, int most) {
      int highest = reached[from] == most ? Math.min(most, lowest[from] - 1) : most;
      for (int end = highest; end >= at; end--) {
        if (fits(from + 1, end)) {
          return true;
        }
      }
      reached[from] = most;
      lowest[from] = at;
      return false;
    }
  }

  /** Returns which groups may hold a slash, by their numbers from 1. */
  List<Integer> groupsWithSlash() {
    List<Integer> found = new ArrayList<>();
    int open = 0;
    for (Piece piece : key) {
      if (piece.kind() == Kind.BEGIN) {
        open = piece.group();
      } else if (piece.kind() == Kind.END) {
        open = 0;
      } else if (open > 0 && (piece.kind() == Kind.ANY || piece.text().indexOf('/') >= 0)) {
        found.add(open);
      }
    }
    return found;
  }

  int groups() {
    return groups;
  }
}
