package io.claviger.s3.rules;

import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.s3.rules.NamePattern.Kind;
import io.claviger.s3.rules.NamePattern.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of rules, line by line. One use. */
final class RuleParser {
  private static final String ARROW = " -> ";
  private static final String SCHEME = "s3://";
  private static final String DENY = "deny ";
  private static final String CREATE = "create ";
  private static final int MAX_GROUPS = 9;
  private static final int MAX_NEW_KEYS = 1_000_000;
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9._()*-]+");

  private final String text;
  private final List<KeyRule> rules = new ArrayList<>();
  private final Map<String, Integer> lineOfPattern = new HashMap<>();
  private @Nullable Integer lineThatFitsAll;
  private @Nullable KeyRule fallback;
  private int newKeys = -1;

  RuleParser(String text) {
    this.text =
        text.startsWith("\uFEFF") ? text.substring(1) : text; // as some editors begin a file
  }

  KeyRules parse() {
    int number = 0;
    for (String each : text.split("\\R", -1)) {
      number++;
      String line = each.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        read(number, line);
      } catch (IllegalArgumentException | KmsException e) {
        throw new IllegalArgumentException(
            "line %d, \"%s\": %s".formatted(number, line, e.getMessage()), e);
      }
    }
    return new KeyRules(text, rules, fallback, Math.max(0, newKeys));
  }

  private void read(int number, String line) {
    if (line.startsWith(CREATE)) {
      create(line.substring(CREATE.length()).strip());
    } else if (line.equals("default deny")) {
      fallback(new KeyRule(number, line, null, null, Map.of()));
    } else if (line.startsWith("default" + ARROW)) {
      fallback(rule(number, line, null, line.substring(("default" + ARROW).length())));
    } else if (line.startsWith(DENY)) {
      String pattern = line.substring(DENY.length()).strip();
      add(pattern, new KeyRule(number, line, pattern(pattern), null, Map.of()));
    } else {
      int arrow = line.indexOf(ARROW);
      if (arrow < 0) {
        throw new IllegalArgumentException(
            "this is no rule. Write PATTERN -> KEY, deny PATTERN, default -> KEY, default deny, or create NUMBER");
      }
      String pattern = line.substring(0, arrow).strip();
      add(pattern, rule(number, line, pattern(pattern), line.substring(arrow + ARROW.length())));
    }
  }

  private void create(String number) {
    if (newKeys >= 0) {
      throw new IllegalArgumentException("\"create\" stands twice. Leave one out");
    }
    if (!number.matches("\\d{1,7}") || Integer.parseInt(number) > MAX_NEW_KEYS) {
      throw new IllegalArgumentException(
          "expected a number from 0 to %,d: how many missing keys may be created"
              .formatted(MAX_NEW_KEYS));
    }
    newKeys = Integer.parseInt(number);
  }

  private void fallback(KeyRule rule) {
    if (fallback != null) {
      throw new IllegalArgumentException(
          "the default stands on line %d already. Leave one out".formatted(fallback.line()));
    }
    fallback = rule;
  }

  private void add(String pattern, KeyRule rule) {
    Integer before = lineOfPattern.putIfAbsent(pattern, rule.line());
    Integer deciding = before != null ? before : lineThatFitsAll;
    if (deciding != null) {
      throw new IllegalArgumentException(
          "this rule never decides: line %d fits all of its names. Put it before that one, or leave it out"
              .formatted(deciding));
    }
    if (rule.pattern() != null && rule.pattern().fitsAll()) {
      lineThatFitsAll = rule.line();
    }
    rules.add(rule);
  }

  private static KeyRule rule(
      int number, String line, @Nullable NamePattern pattern, String target) {
    int groups = pattern == null ? 0 : pattern.groups();
    int brace = target.indexOf('{');
    String id = (brace < 0 ? target : target.substring(0, brace)).strip();
    NameTemplate keyId = NameTemplate.parse(id, groups);
    keyId.requireOfKeyId(pattern == null ? List.of() : pattern.groupsWithSlash());
    Map<String, NameTemplate> context = new TreeMap<>();
    if (brace >= 0) {
      String entries = target.substring(brace).strip();
      if (!entries.endsWith("}")) {
        throw new IllegalArgumentException(
            "the context does not end in }. Write {name=value, name=value}");
      }
      for (String entry : entries.substring(1, entries.length() - 1).split(",", -1)) {
        String[] sides = entry.split("=", 2);
        if (sides.length != 2
            || sides[0].isBlank()
            || context.put(sides[0].strip(), NameTemplate.parse(sides[1].strip(), groups))
                != null) {
          throw new IllegalArgumentException(
              "the context has \"%s\". Write {name=value, name=value}, each name once"
                  .formatted(entry.strip()));
        }
      }
    }
    Map<String, String> example = new TreeMap<>();
    context.keySet().forEach(name -> example.put(name, ""));
    EncryptionContext.of(example); // refuses names that are Claviger's own
    return new KeyRule(number, line, pattern, keyId, context);
  }

  private static NamePattern pattern(String pattern) {
    int slash = pattern.startsWith(SCHEME) ? pattern.indexOf('/', SCHEME.length()) : -1;
    if (slash < 0) {
      throw new IllegalArgumentException(
          "a pattern begins with s3://bucket/. Write s3://bucket/** for every object of a bucket");
    }
    String bucket = pattern.substring(SCHEME.length(), slash);
    if (!BUCKET.matcher(bucket).matches() || bucket.contains("**")) {
      throw new IllegalArgumentException(
          "\"%s\" matches no bucket. Write its name, with * for any text".formatted(bucket));
    }
    if (slash + 1 == pattern.length()) {
      throw new IllegalArgumentException(
          "no object has an empty key. Write s3://bucket/** for every object of a bucket");
    }
    Pieces pieces = new Pieces();
    List<Piece> ofBucket = pieces.of(bucket);
    List<Piece> ofKey = pieces.of(pattern.substring(slash + 1));
    return new NamePattern(ofBucket, ofKey, pieces.groups);
  }

  /** Cuts patterns into pieces; numbers the groups on. */
  private static final class Pieces {
    private int groups;

    List<Piece> of(String pattern) {
      List<Piece> pieces = new ArrayList<>();
      StringBuilder literal = new StringBuilder();
      int open = 0;
      for (int i = 0; i < pattern.length(); i++) {
        char c = pattern.charAt(i);
        if (c == '\\') {
          i++;
          if (i == pattern.length()) {
            throw new IllegalArgumentException(
                "a backslash stands at the end of a name. Write \\\\ for the character itself");
          }
          literal.append(pattern.charAt(i));
          continue;
        }
        if (c != '*' && c != '(' && c != ')') {
          literal.append(c);
          continue;
        }
        flush(literal, pieces);
        if (c == '*') {
          boolean any = pattern.startsWith("**", i);
          i += any ? 1 : 0;
          if (pattern.startsWith("*", i + 1)) {
            throw new IllegalArgumentException("three stars. Write * or **");
          }
          pieces.add(new Piece(any ? Kind.ANY : Kind.STAR, "", 0));
        } else if (c == '(' && open == 0 && groups < MAX_GROUPS) {
          open = ++groups;
          pieces.add(new Piece(Kind.BEGIN, "", open));
        } else if (c == ')' && open > 0 && last(pieces).kind() != Kind.BEGIN) {
          pieces.add(new Piece(Kind.END, "", open));
          open = 0;
        } else {
          throw unbalanced();
        }
      }
      flush(literal, pieces);
      if (open > 0) {
        throw unbalanced();
      }
      return pieces;
    }

    private static Piece last(List<Piece> pieces) {
      return pieces.get(pieces.size() - 1);
    }

    private static void flush(StringBuilder literal, List<Piece> pieces) {
      if (literal.length() > 0) {
        pieces.add(new Piece(Kind.LITERAL, literal.toString(), 0));
        literal.setLength(0);
      }
    }

    private static IllegalArgumentException unbalanced() {
      return new IllegalArgumentException(
          "parentheses hold one text each, at most %d, in bucket or key, not inside one another. Write \\( and \\) for the characters themselves"
              .formatted(MAX_GROUPS));
    }
  }
}
