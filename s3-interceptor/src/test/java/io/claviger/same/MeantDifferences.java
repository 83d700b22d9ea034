package io.claviger.same;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of docs/s3.md that says what is meant to differ from a plain client. A row is named by
 * what an {@link Outcome} calls it, or by the call; {@code *} stands for any text. Every other
 * difference is an error, and so is a row that nothing shows.
 */
public final class MeantDifferences {
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (.+) \\|");
  private static final String HEADING = "| seen in a call | with the interceptor |";

  private final Map<String, Pattern> rows = new TreeMap<>();
  private final Set<String> shown = new TreeSet<>();

  private MeantDifferences() {}

  /** Reads the table in {@code page}. */
  public static MeantDifferences in(Path page) {
    MeantDifferences table = new MeantDifferences();
    try {
      String text = Files.readString(page);
      int begin = text.indexOf(HEADING);
      if (begin < 0) {
        throw new IllegalStateException(page + " has no table \"" + HEADING + "\"");
      }
      int end = text.indexOf("\n\n", begin);
      Matcher row = ROW.matcher(text.substring(begin, end));
      while (row.find()) {
        String name = row.group(1);
        table.rows.put(name, Pattern.compile(Pattern.quote(name).replace("*", "\\E.*\\Q")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** Whether a difference of that name is meant; notes that it was shown. */
  boolean allow(String name) {
    boolean meant = false;
    for (Map.Entry<String, Pattern> row : rows.entrySet()) {
      if (row.getValue().matcher(name).matches()) {
        shown.add(row.getKey());
        meant = true;
      }
    }
    return meant;
  }

  /** Returns the rows whose names begin so and that no call has shown so far. */
  public Set<String> notShown(String beginning) {
    Set<String> missing = new TreeSet<>(rows.keySet());
    missing.removeAll(shown);
    missing.removeIf(name -> !name.startsWith(beginning));
    return missing;
  }
}
