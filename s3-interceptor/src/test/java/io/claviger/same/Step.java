package io.claviger.same;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One operation of a sequence.
 *
 * @param key which key it works on
 * @param other which key it copies to
 * @param choice decides on content, sizes, ranges, metadata
 */
record Step(Kind kind, int key, int other, int choice) {
  private static final int KEYS = 4;
  private static final int CHOICES = 1_000;

  enum Kind {
    PUT(4),
    PUT_ONCE(1),
    MULTIPART(1),
    GET(3),
    GET_IF_NONE_MATCH(1),
    RANGE(4),
    HEAD(3),
    COPY(3),
    COPY_REPLACING(2),
    COPY_ONTO_ITSELF(1),
    REPLACE_METADATA(2),
    TAG(1),
    DELETE(2),
    LIST(2),
    LIST_V1(1);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  /** Returns the steps that {@code seed} stands for, the same ones each time. */
  static List<Step> sequence(long seed, int count) {
    List<Kind> kinds = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight; i++) {
        kinds.add(kind);
      }
    }
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = kinds.get(random.nextInt(kinds.size()));
      int key = random.nextInt(KEYS);
      steps.add(new Step(kind, key, random.nextInt(KEYS), random.nextInt(CHOICES)));
    }
    return steps;
  }

  /** Returns a key that URLs must escape. */
  static String name(int number) {
    return "dir/key " + number + " +ü";
  }

  String keyName() {
    return name(key);
  }

  /** Returns the name of another key. */
  String otherName() {
    return other == key ? name(other) + "x" : name(other);
  }
}
