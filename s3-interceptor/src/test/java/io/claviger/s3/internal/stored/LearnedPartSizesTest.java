package io.claviger.s3.internal.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.encryption.ObjectName;
import io.claviger.format.EqualParts;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Part sizes that are learned, and what is kept of them and of listings. */
class LearnedPartSizesTest {
  private static final int MIB = 1 << 20;
  private static final int PART = 6_000_000;

  private final LearnedPartSizes sizes = new LearnedPartSizes();

  private static StoredVersion version(String bucket, String key, int parts, long storedBytes) {
    return new StoredVersion(
        new ObjectName(bucket, key), null, "\"e-" + parts + "\"", storedBytes, "dek");
  }

  /** An object of two parts and a last one of a byte, of which the last is known. */
  private void learnParts(String bucket, String key, int partBytes) {
    long end = 2 * Layout.storedBytes(partBytes);
    KnownLayout layout = new KnownLayout(version(bucket, key, 3, end + Layout.storedBytes(1)));
    layout.parts().add(end, new Preamble(true, 3, 1, 2L * partBytes));
    sizes.learn(layout);
  }

  /** An object of one part and a closing one. */
  private void learnOne(String key, int bytes) {
    long end = Layout.storedBytes(bytes);
    KnownLayout layout = new KnownLayout(version("b", key, 2, end + Layout.MIN_STORED_BYTES));
    layout.parts().add(0, new Preamble(false, 1, bytes, 0));
    layout.parts().add(end, new Preamble(true, 2, 0, bytes));
    sizes.learn(layout);
  }

  @Test
  void theFolderComesBeforeTheBucket() {
    assertThat(sizes.of(new ObjectName("b", "t/k"))).isZero();
    learnParts("b", "t/k", PART);
    learnParts("b", "other/k", PART + 1);
    assertThat(sizes.of(new ObjectName("b", "t/another"))).isEqualTo(PART);
    assertThat(sizes.of(new ObjectName("b", "t/below/k"))).isEqualTo(PART + 1);
    assertThat(sizes.of(new ObjectName("b", "k"))).isEqualTo(PART + 1);
    assertThat(sizes.of(new ObjectName("c", "t/k"))).isZero();
    learnParts("b", "t/k", PART + 2);
    assertThat(sizes.of(new ObjectName("b", "t/another"))).as("the last").isEqualTo(PART + 2);
  }

  @Test
  void whatDoesNotFitIsNotSupposed() {
    learnParts("b", "t/k", PART);
    long stored = 2 * Layout.storedBytes(PART) + Layout.storedBytes(9);
    assertThat(sizes.suppose(version("b", "t/k", 3, stored)))
        .isEqualTo(new EqualParts(PART, stored));
    assertThat(sizes.suppose(version("b", "t/k", 40, stored))).as("no usual size").isNull();
    long usual = 3 * Layout.storedBytes(8 * MIB) + Layout.storedBytes(9);
    assertThat(sizes.suppose(version("b", "t/k", 4, usual)))
        .isEqualTo(new EqualParts(8 * MIB, usual));
  }

  @Test
  void anObjectInOnePartSaysThatPartsAreLarger() {
    learnOne("t/k", 9 * MIB);
    long stored = Layout.storedBytes(7 * MIB + 5) + Layout.MIN_STORED_BYTES;
    EqualParts one = sizes.suppose(version("b", "t/k", 2, stored));
    assertThat(one.lastOffset()).isEqualTo(stored - Layout.MIN_STORED_BYTES);
    assertThat(one.plainBytes()).isEqualTo(7 * MIB + 5);
    learnParts("b", "t/k", 64 * MIB);
    learnOne("t/k", 9 * MIB);
    assertThat(sizes.of(new ObjectName("b", "t/k"))).as("says no more").isEqualTo(64 * MIB);
  }

  @Test
  void aBoundedNumberIsKept() {
    IntStream.range(0, 5_000).forEach(i -> learnParts("bucket-" + i, "t/k", PART));
    assertThat(
            IntStream.range(0, 5_000)
                .filter(i -> sizes.of(new ObjectName("bucket-" + i, "t/k")) > 0)
                .count())
        .isBetween(1L, 1_000L);
    ListedObjects listed = new ListedObjects();
    IntStream.range(0, 25_000)
        .forEach(i -> listed.keep(new ObjectName("b", "k" + i), null, "\"e-2\"", 1_000));
    assertThat(
            IntStream.range(0, 25_000)
                .filter(i -> listed.find(new ObjectName("b", "k" + i), null) != null)
                .count())
        .isBetween(1L, 10_000L);
  }

  @Test
  void onlyObjectsInPartsAreKeptOfListings() {
    ListedObjects listed = new ListedObjects();
    ObjectName name = new ObjectName("b", "k");
    listed.keep(name, null, "\"d41d8cd98f00b204e9800998ecf8427e\"", 1_000);
    assertThat(listed.find(name, null)).isNull();
    listed.keep(name, null, "\"e-3\"", 1_000);
    assertThat(listed.find(name, "v")).isNull();
    assertThat(listed.find(name, null).storedBytes()).isEqualTo(1_000);
    listed.keep(name, null, "\"e-4\"", 2_000);
    assertThat(listed.find(name, null).eTag()).isEqualTo("\"e-4\"");
    listed.forget(name, null);
    assertThat(listed.find(name, null)).isNull();
  }
}
