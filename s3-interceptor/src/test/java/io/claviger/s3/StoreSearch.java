package io.claviger.s3;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Searches what a store holds, bytes and metadata, for what must not lie there. */
final class StoreSearch {
  private StoreSearch() {}

  /** Returns the names of the objects that hold {@code plaintext} anywhere. */
  static List<String> find(TinyStore store, String plaintext) {
    String wanted =
        new String(plaintext.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return store.objects.entrySet().stream()
        .filter(o -> holds(o.getValue(), wanted))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static boolean holds(TinyStore.Stored stored, String wanted) {
    return new String(stored.bytes(), StandardCharsets.ISO_8859_1).contains(wanted)
        || stored.metadata().values().stream().anyMatch(v -> v.contains(wanted));
  }
}
