package io.claviger.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Searches all that a store holds and was ever sent for what must not be there. */
final class StoreSearch {
  private StoreSearch() {}

  /** Returns the names of objects and requests that hold {@code plaintext} anywhere. */
  static List<String> find(TinyStore store, String plaintext) {
    List<String> found = new ArrayList<>();
    store.objects.forEach(
        (name, stored) -> {
          if (holds(stored.bytes(), plaintext) || holds(stored.metadata(), plaintext)) {
            found.add(name);
          }
        });
    synchronized (store.received) {
      for (byte[] body : store.received) {
        if (holds(body, plaintext)) {
          found.add("a body of " + body.length + " bytes on the wire");
        }
      }
    }
    synchronized (store.requests) {
      for (TinyStore.Seen seen : store.requests) {
        if (holds(seen.headers(), plaintext)) {
          found.add("headers of " + seen.method() + " " + seen.path());
        }
      }
    }
    return found;
  }

  private static boolean holds(Map<String, String> headers, String plaintext) {
    return headers.values().stream().anyMatch(value -> value.contains(plaintext));
  }

  private static boolean holds(byte[] bytes, String plaintext) {
    String wanted =
        new String(plaintext.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(wanted);
  }
}
