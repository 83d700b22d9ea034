package io.claviger.same;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Runs one sequence in two buckets of one store, through a plain client and through one with the
 * interceptor, attempts of both breaking in the same places: what their callers see is the same.
 */
public final class SameAsPlain {
  private final S3Client store;
  private final Function<ExecutionInterceptor, S3Client> plain;
  private final Function<ExecutionInterceptor, S3Client> sealing;
  private final List<String> ranges;
  private final boolean replacesHeaders;

  /**
   * @param store sees what is stored
   * @param plain makes a client with one more interceptor
   * @param sealing makes a client that seals, with one more interceptor after it
   * @param ranges the ranges that are read
   * @param replacesHeaders whether a copy with REPLACE has the headers that it states; S3Mock keeps
   *     those of the source
   */
  public SameAsPlain(
      S3Client store,
      Function<ExecutionInterceptor, S3Client> plain,
      Function<ExecutionInterceptor, S3Client> sealing,
      List<String> ranges,
      boolean replacesHeaders) {
    this.store = store;
    this.plain = plain;
    this.sealing = sealing;
    this.ranges = ranges;
    this.replacesHeaders = replacesHeaders;
  }

  /**
   * Checks the sequence that {@code seed} stands for.
   *
   * @throws AssertionError naming the seed and all steps up to the first that differs
   */
  public void check(long seed, int steps) {
    String plainBucket = "same-plain-" + seed;
    String sealedBucket = "same-sealed-" + seed;
    store.createBucket(b -> b.bucket(plainBucket));
    store.createBucket(b -> b.bucket(sealedBucket));
    Faults plainFaults = new Faults(seed);
    Faults sealedFaults = new Faults(seed);
    try (S3Client one = plain.apply(plainFaults);
        S3Client other = sealing.apply(sealedFaults)) {
      Session expected = new Session(one, plainBucket, ranges, replacesHeaders);
      Session actual = new Session(other, sealedBucket, ranges, replacesHeaders);
      List<Step> done = new ArrayList<>();
      for (Step step : Step.sequence(seed, steps)) {
        done.add(step);
        plainFaults.beginStep(done.size());
        sealedFaults.beginStep(done.size());
        String wanted = expected.run(step);
        assertThat(actual.run(step)).as("seed %d, steps %s", seed, done).isEqualTo(wanted);
      }
      assertThat(actual.everything())
          .as("in the end, seed %d, steps %s", seed, done)
          .isEqualTo(expected.everything());
    }
    assertSealed(seed, sealedBucket);
  }

  private void assertSealed(long seed, String bucket) {
    for (S3Object object : store.listObjectsV2(b -> b.bucket(bucket)).contents()) {
      byte[] stored = store.getObjectAsBytes(b -> b.bucket(bucket).key(object.key())).asByteArray();
      assertThat(stored)
          .as("seed %d: %s as stored", seed, object.key())
          .startsWith('C', 'L', 'V', 'G');
    }
  }
}
