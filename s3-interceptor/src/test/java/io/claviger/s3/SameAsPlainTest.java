package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Random sequences of operations on two buckets, one through a plain client and one through the
 * interceptor, look the same to the caller; attempts fail now and then on both.
 */
class SameAsPlainTest {
  private static final int[] SIZES = {0, 1, 100, 65_535, 65_536, 65_537, 131_072, 200_000};

  /**
   * Suffix, senseless and several ranges are left to a suite against a real server: S3Mock has ways
   * of its own there.
   */
  private static final String[] RANGES = {
    "bytes=0-0",
    "bytes=10-99",
    "bytes=65530-65540",
    "bytes=65536-",
    "bytes=0-",
    "bytes=199999-300000",
    "bytes=500000-"
  };

  private enum Kind {
    PUT,
    GET,
    RANGE,
    HEAD,
    COPY,
    REPLACE_METADATA,
    DELETE,
    LIST
  }

  private record Step(Kind kind, int key, int other, int choice) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> key = Arbitraries.integers().between(0, 3);
    return Combinators.combine(
            Arbitraries.of(Kind.class), key, key, Arbitraries.integers().between(0, 1000))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(25);
  }

  /** Lets every fifth attempt fail before it is sent, as a broken connection does. */
  private static final class Failing implements ExecutionInterceptor {
    private final AtomicInteger attempts = new AtomicInteger();

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (attempts.incrementAndGet() % 5 == 0) {
        throw RetryableException.create("told to fail");
      }
    }
  }

  private static String key(int number) {
    return "dir/key " + number + " +ü";
  }

  private static String outcome(
      S3Client s3, String bucket, Step step, Function<S3Client, String> work) {
    try {
      return work.apply(s3);
    } catch (S3Exception e) {
      String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
      return "status " + e.statusCode() + " " + (step.kind() == Kind.HEAD ? "" : code);
    } catch (SdkClientException e) {
      return "failed " + e.getMessage();
    }
  }

  private static String run(S3Client s3, String bucket, Step step) {
    return outcome(s3, bucket, step, client -> work(client, bucket, step));
  }

  private static String work(S3Client s3, String bucket, Step step) {
    String key = key(step.key());
    return switch (step.kind()) {
      case PUT -> {
        byte[] bytes = new byte[SIZES[step.choice() % SIZES.length]];
        new Random(step.choice()).nextBytes(bytes);
        s3.putObject(
            b ->
                b.bucket(bucket)
                    .key(key)
                    .contentLanguage("l" + step.choice())
                    .metadata(Map.of("choice", "" + step.choice())),
            RequestBody.fromBytes(bytes));
        yield "put";
      }
      case GET -> {
        var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key(key));
        yield Arrays.hashCode(got.asByteArray()) + " " + got.response().contentLength();
      }
      case RANGE -> {
        String range = RANGES[step.choice() % RANGES.length];
        if (s3.headObject(b -> b.bucket(bucket).key(key)).contentLength() == 0) {
          yield "S3Mock fails on ranges of empty objects";
        }
        var got = s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).range(range));
        yield Arrays.hashCode(got.asByteArray())
            + " "
            + got.response().contentRange()
            + " "
            + got.response().contentLength();
      }
      case HEAD -> described(s3.headObject(b -> b.bucket(bucket).key(key)));
      case COPY -> {
        s3.copyObject(
            b ->
                b.sourceBucket(bucket)
                    .sourceKey(key)
                    .destinationBucket(bucket)
                    .destinationKey(key(step.other()) + (step.key() == step.other() ? "x" : "")));
        yield "copied";
      }
      case REPLACE_METADATA -> {
        s3.copyObject(
            b ->
                b.sourceBucket(bucket)
                    .sourceKey(key)
                    .destinationBucket(bucket)
                    .destinationKey(key)
                    .metadataDirective(MetadataDirective.REPLACE)
                    .metadata(Map.of("replaced", "" + step.choice())));
        yield "replaced";
      }
      case DELETE -> {
        s3.deleteObject(b -> b.bucket(bucket).key(key));
        yield "deleted";
      }
      case LIST -> {
        Map<String, Long> sizes = new HashMap<>();
        s3.listObjectsV2Paginator(b -> b.bucket(bucket).prefix("dir/").maxKeys(2))
            .contents()
            .forEach(o -> sizes.put(o.key(), o.size()));
        yield sizes.toString();
      }
    };
  }

  private static String described(HeadObjectResponse head) {
    return head.contentLength()
        + " "
        + head.contentLanguage()
        + " "
        + head.metadata()
        + " "
        + head.contentType();
  }

  @Property(tries = 40)
  void everySequenceLooksTheSame(@ForAll("steps") List<Step> steps) {
    String plainBucket = MockStore.bucket();
    String sealedBucket = MockStore.bucket();
    try (S3Client plain = MockStore.with(new Failing());
        S3Client sealed = MockStore.with(MockStore.interceptor().build(), new Failing())) {
      List<Step> done = new ArrayList<>();
      for (Step step : steps) {
        done.add(step);
        assertThat(run(sealed, sealedBucket, step))
            .as("%s", done)
            .isEqualTo(run(plain, plainBucket, step));
      }
    }
    MockStore.PLAIN
        .listObjectsV2(b -> b.bucket(sealedBucket))
        .contents()
        .forEach(
            o ->
                assertThat(MockStore.stored(sealedBucket, o.key()).asByteArray())
                    .startsWith('C', 'L', 'V', 'G'));
  }
}
