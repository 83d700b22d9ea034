package io.claviger.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of CSV as S3 Batch Operations and S3 inventories write it: fields with commas between
 * them, in quotes where they need them, keys URL-encoded, nothing across lines.
 */
public final class CsvLine {
  private CsvLine() {}

  /** Returns a line without its end; line ends inside fields become blanks. */
  public static String of(String... fields) {
    return Stream.of(fields).map(CsvLine::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String field) {
    String line = field.replaceAll("[\\r\\n]+", " ");
    boolean plain = line.indexOf(',') < 0 && line.indexOf('"') < 0;
    return plain ? line : '"' + line.replace("\"", "\"\"") + '"';
  }

  /** Returns the fields of a line, without quotes. */
  public static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  /** Returns a key as such lines hold it. */
  public static String encodedKey(String key) {
    return URLEncoder.encode(key, UTF_8).replace("%2F", "/");
  }

  /**
   * Returns the key that a field holds.
   *
   * @throws IllegalArgumentException if it is not URL-encoded
   */
  public static String key(String field) {
    return URLDecoder.decode(field, UTF_8);
  }
}
