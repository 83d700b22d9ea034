package io.claviger.bulk.source;

import org.jspecify.annotations.Nullable;

/**
 * A position in an inventory.
 *
 * @param file the data file, from 0 in the order of the manifest
 * @param row how many of its rows were read
 */
record InventoryPlace(int file, long row) {
  /** Returns the place of a text, the beginning for null. */
  static InventoryPlace of(@Nullable String text) {
    if (text == null) {
      return new InventoryPlace(0, 0);
    }
    int colon = text.indexOf(':');
    return new InventoryPlace(
        Integer.parseInt(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }

  String text() {
    return file + ":" + row;
  }
}
