package io.claviger.cli.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Lines of columns for people, as wide as their texts. */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Makes a table with these headings. */
  public Table(String... headings) {
    row(headings);
  }

  public Table row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Writes it, the headings bold where colours are on. */
  public void print(PrintStream out, boolean coloured) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i);
        line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
      String text = line.toString().stripTrailing();
      out.println(coloured && r == 0 ? "\u001b[1m" + text + "\u001b[0m" : text);
    }
  }
}
