package io.claviger.cli.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of columns for people, as wide as their texts. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean headed;
  private final int[] leastWidths;

  /** Makes a table with these headings. */
  public Table(String... headings) {
    this(new int[headings.length], headings);
  }

  /** Makes a table whose columns are at least so wide, so that another can go on below it. */
  public Table(int[] leastWidths, String... headings) {
    this.leastWidths = leastWidths.clone();
    this.headed = headings.length > 0;
    if (headed) {
      row(headings);
    }
  }

  public Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(Printable::of).toList());
    return this;
  }

  /** Writes it, the headings bold where colours are on. */
  public void print(PrintStream out, boolean coloured) {
    int[] widths = leastWidths.clone();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = rows.get(r).get(i);
        line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
      String text = line.toString().stripTrailing();
      out.println(coloured && headed && r == 0 ? "\u001b[1m" + text + "\u001b[0m" : text);
    }
  }
}
