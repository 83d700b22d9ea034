package io.claviger.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which manifests are ancestors of which. */
class LineageTest {
  /** A history in which {@code writers} take turns, from generation 1. */
  private static List<Lineage> history(int generations, int writers) {
    List<Lineage> all = new ArrayList<>();
    all.add(Lineage.begin(0, 1));
    while (all.size() < generations) {
      int generation = all.size() + 1;
      all.add(all.get(all.size() - 1).next(generation % writers, generation));
    }
    return all;
  }

  @Test
  void everyAncestorIsKnownHoweverManyChangesTwoWritersMade() {
    List<Lineage> history = history(1000, 2);
    Lineage last = history.get(999);
    for (int generation = 1; generation < 1000; generation++) {
      assertThat(last.excludes(generation, history.get(generation - 1)))
          .as("%d", generation)
          .isFalse();
    }
    assertThat(last.writers()).hasSize(2);
  }

  @Test
  void aForkIsRecognisedForEveryGenerationAfterIt() {
    List<Lineage> history = history(20, 3);
    for (int fork = 1; fork < 20; fork++) {
      Lineage other = history.get(fork - 1);
      for (int generation = fork + 1; generation < 40; generation++) {
        other = other.next(99, generation);
      }
      for (int seen = 1; seen <= 20; seen++) {
        assertThat(other.excludes(seen, history.get(seen - 1)))
            .as("forked after %d, seen %d", fork, seen)
            .isEqualTo(seen > fork);
      }
    }
  }

  /** Of writers that were pushed out nothing is known, and of the others all. */
  @ParameterizedTest
  @ValueSource(ints = {Lineage.MOST - 1, Lineage.MOST, Lineage.MOST + 1})
  void afterManyOtherWritersAnOldGenerationIsNotRefused(int others) {
    Lineage seen = Lineage.begin(1, 1).next(2, 2).next(3, 3);
    Lineage line = seen;
    Lineage fork = Lineage.begin(1, 1).next(2, 2);
    for (int i = 1; i <= others; i++) {
      line = line.next(100 + i, 3 + i);
      fork = fork.next(200 + i, 2 + i);
    }
    assertThat(line.excludes(3, seen)).isFalse();
    assertThat(fork.excludes(3, seen)).isEqualTo(others <= Lineage.MOST);
    assertThat(line.writers()).hasSizeLessThanOrEqualTo(Lineage.MOST);
    Lineage further = fork.next(300, 3 + others).next(301, 4 + others);
    assertThat(further.excludes(3, seen)).isEqualTo(others < Lineage.MOST - 1);
  }

  @Test
  void aRebuiltFolderIsFollowedAndOneWithoutLineageToo() {
    Lineage seen = Lineage.begin(1, 1).next(2, 2);
    assertThat(Lineage.begin(9, 1L << 32).excludes(2, seen)).isFalse();
    assertThat(Lineage.UNKNOWN.excludes(2, seen)).isFalse();
    assertThat(Lineage.UNKNOWN.next(9, 3).excludes(2, Lineage.UNKNOWN)).isFalse();
    assertThat(seen.excludes(2, Lineage.UNKNOWN)).isFalse();
  }

  @Test
  void whatIsWrittenIsRead() {
    Lineage lineage = history(10, 4).get(9);
    ByteBuffer bytes = ByteBuffer.allocate(lineage.bytes());
    lineage.put(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(Lineage.get(bytes.flip())).isEqualTo(lineage);
  }
}
