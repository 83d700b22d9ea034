package io.claviger.s3;

import io.claviger.s3.api.ChangedMetadata;
import io.claviger.same.SameAsPlain;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random sequences of operations on two buckets, one through a plain client and one through the
 * interceptor, look the same to the caller, whatever attempts fail. Seeds are fixed; another range
 * of them: {@code -Dsame.seeds=1000-1999}.
 */
class SameAsPlainTest {
  private static final int STEPS = 25;

  /**
   * Suffix, senseless and several ranges are left to the suite against real servers: S3Mock has
   * ways of its own there.
   */
  private static final List<String> RANGES =
      List.of(
          "bytes=0-0",
          "bytes=10-99",
          "bytes=65530-65540",
          "bytes=65536-",
          "bytes=0-",
          "bytes=199999-300000",
          "bytes=5242870-5242890",
          "bytes=50000000-");

  private final SameAsPlain same =
      new SameAsPlain(
          MockStore.PLAIN,
          MockStore::with,
          faults ->
              MockStore.with( // S3Mock keeps the Content-Type that a copy with REPLACE states again
                  MockStore.interceptor().metadata(ChangedMetadata.WARN).build(), faults),
          RANGES,
          false);

  static LongStream seeds() {
    String[] ends = System.getProperty("same.seeds", "1-10").split("-");
    return LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aSequenceLooksTheSame(long seed) {
    same.check(seed, STEPS);
  }
}
