package io.claviger.e2e.shapes;

import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import io.claviger.same.SameAsPlain;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sequences of {@code SameAsPlainTest} over real servers: more of them, and every form of
 * range. Another range of seeds: {@code -De2e.same.seeds=1000-1999}.
 */
@EveryServer
class SameAsPlainIT {
  private static final int STEPS = 25;

  private static final List<String> RANGES =
      List.of(
          "bytes=0-0",
          "bytes=10-99",
          "bytes=65530-65540",
          "bytes=65536-",
          "bytes=0-",
          "bytes=199999-300000",
          "bytes=5242870-5242890",
          "bytes=50000000-",
          "bytes=-1",
          "bytes=-70000",
          "bytes=-50000000");

  @Parameter S3Server server;

  static LongStream seeds() {
    String[] ends = System.getProperty("e2e.same.seeds").split("-");
    return LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aSequenceLooksTheSame(long seed) {
    new SameAsPlain(
            E2e.plain(server.http()),
            faults -> E2e.plain(server.http(), faults),
            faults -> E2e.sealing(server.http(), b -> {}, faults),
            RANGES,
            true)
        .check(seed, STEPS);
  }
}
