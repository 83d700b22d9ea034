package io.claviger.s3;

import io.claviger.s3.PartStore.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How an object was stored, under the name {@code b/k}. */
enum Shape {
  SINGLE,
  MULTI,
  PLAIN;

  /** Plaintext of each part but the last. */
  static final int PART = 100_000;

  Stored of(byte[] plain, String eTag) {
    if (this == PLAIN) {
      return Stored.whole(plain, Map.of(), eTag);
    }
    List<Integer> sizes = new ArrayList<>();
    for (int left = plain.length; left > 0; left -= PART) {
      sizes.add(Math.min(PART, left));
    }
    if (this == SINGLE || sizes.isEmpty()) {
      SealedParts one = SealedParts.single("b", "k", plain);
      return Stored.whole(one.body(), one.metadata(), eTag);
    }
    int[] bytes = sizes.stream().mapToInt(i -> i).toArray();
    SealedParts parts = SealedParts.of("b", "k", plain, bytes);
    return Stored.ofParts(parts.parts(), parts.metadata(), eTag);
  }

  /** Returns bytes that differ with their number. */
  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
