package io.claviger.s3;

import static io.claviger.s3.Reads.part;
import static io.claviger.s3.Reads.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.s3.internal.stored.RangePlan;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A store, or a proxy before it, answers every range with the whole object, as HTTP allows. The
 * caller who asked for bytes 100 to 199 gets these, or an error, and never the object from byte 0.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IgnoredRangesTest {
  private static final int LENGTH = 300_000;

  private final SdkHttpClient connections = Clients.apache();
  private final PartStore store = new PartStore();

  @BeforeEach
  void ignoreRanges() {
    store.before = seen -> {};
    store.ignoresRanges = true;
    store.lie = answer -> answer;
  }

  @AfterAll
  void stop() {
    store.close();
    connections.close();
  }

  private ClavigerInterceptor interceptor(PlaintextObjects plaintext) {
    return TestKeys.interceptor().httpClient(connections).plaintextObjects(plaintext).build();
  }

  private static PlaintextObjects policy(Shape shape) {
    return shape == Shape.PLAIN ? PlaintextObjects.ALLOW : PlaintextObjects.REJECT;
  }

  static Stream<Arguments> clientsAndShapes() {
    return Arrays.stream(Downloads.values())
        .flatMap(d -> Arrays.stream(Shape.values()).map(s -> Arguments.of(d, s)));
  }

  static Stream<Arguments> kindsAndShapes() {
    return Arrays.stream(Reads.Kind.values())
        .flatMap(k -> Arrays.stream(Shape.values()).map(s -> Arguments.of(k, s)));
  }

  /** Returns what {@code header} asks for, null where the object has nothing there. */
  private static byte[] slice(byte[] plain, String header) {
    RangePlan.Slice slice = RangePlan.parse(header).within(plain.length);
    return slice == null
        ? null
        : Arrays.copyOfRange(plain, (int) slice.first(), (int) slice.last() + 1);
  }

  @ParameterizedTest
  @MethodSource("clientsAndShapes")
  void theSliceOrAnError(Downloads kind, Shape shape) {
    byte[] plain = Shape.bytes(LENGTH);
    store.put("b/k", shape.of(plain, "whole"));
    try (Downloads.Client client =
        kind.over(store.endpoint(), connections, interceptor(policy(shape)))) {
      for (String header :
          new String[] {
            "bytes=100-199",
            "bytes=0-0",
            "bytes=0-",
            "bytes=-10",
            "bytes=65535-65536",
            "bytes=250000-",
            "bytes=299999-400000",
            "bytes=300000-",
            "bytes=300001-400000"
          }) {
        for (boolean ignored : new boolean[] {true, false, true}) { // cold, then with a layout
          store.ignoresRanges = ignored;
          byte[] expected = slice(plain, header);
          byte[][] got = new byte[1][];
          Throwable failure = catchThrowable(() -> got[0] = client.get(range("k", header)));
          if (expected == null) {
            assertThat(failure).as(header).isNotNull();
          } else if (failure == null) {
            assertThat(got[0]).as(header).isEqualTo(expected);
          } else {
            assertThat(ignored).as("%s of a store that knows ranges: %s", header, failure).isTrue();
            assertThat(failure).as(header).isInstanceOf(ClavigerS3Exception.class);
            assertThat(((ClavigerS3Exception) failure).failure()).isEqualTo(Failure.PROTOCOL);
          }
        }
      }
    }
  }

  /** What begins near enough is cut out of the whole, and the answer says so. */
  @ParameterizedTest
  @MethodSource("kindsAndShapes")
  void aNearSliceIsGivenAndDescribed(Reads.Kind kind, Shape shape) {
    byte[] plain = Shape.bytes(LENGTH);
    store.put("b/k", shape.of(plain, "whole"));
    store.ignoresRanges = false;
    try (Reads reads = kind.over(store.endpoint(), connections, interceptor(policy(shape)))) {
      HeadObjectRequest head =
          HeadObjectRequest.builder().bucket("b").key("k").range("bytes=100-199").build();
      HeadObjectResponse described = reads.head(head);
      if (shape == Shape.MULTI) {
        reads.get(part("k", 2)); // headers of parts are read by range
      }
      store.ignoresRanges = true;
      for (int round = 0; round < 2; round++) {
        var got = reads.get(range("k", "bytes=100-199"));
        assertThat(got.asByteArray()).isEqualTo(Arrays.copyOfRange(plain, 100, 200));
        assertThat(got.response().contentRange()).isEqualTo("bytes 100-199/" + LENGTH);
        assertThat(got.response().contentLength()).isEqualTo(100);
        S3Exception end =
            catchThrowableOfType(
                S3Exception.class, () -> reads.get(range("k", "bytes=" + LENGTH + "-")));
        assertThat(end.statusCode()).isEqualTo(416);
        assertThat(end.awsErrorDetails().errorCode()).isEqualTo("InvalidRange");
      }
      assertThat(described.contentLength()).isEqualTo(100);
      if (shape == Shape.MULTI) {
        assertThat(reads.get(part("k", 2)).asByteArray())
            .isEqualTo(Arrays.copyOfRange(plain, Shape.PART, 2 * Shape.PART));
      }
    }
  }

  /** Gigabytes are not read for a few bytes at their end. */
  @ParameterizedTest
  @EnumSource(Reads.Kind.class)
  void aFarSliceIsAskedForAgainAndRefused(Reads.Kind kind) {
    byte[] plain = Shape.bytes(6 << 20);
    store.put("b/k", Shape.SINGLE.of(plain, "large"));
    try (Reads reads =
        kind.over(store.endpoint(), connections, interceptor(PlaintextObjects.REJECT))) {
      ClavigerS3Exception refused =
          catchThrowableOfType(ClavigerS3Exception.class, () -> reads.get(range("k", "bytes=-10")));
      assertThat(refused.failure()).isEqualTo(Failure.PROTOCOL);
      assertThat(refused).hasMessageContaining("status 200");
    }
  }

  /** The same bound for sealed objects and others, behind which the slice alone is asked for. */
  @ParameterizedTest
  @EnumSource(Reads.Kind.class)
  void behindFourMebibytesASliceIsAskedForOnceMore(Reads.Kind kind) {
    byte[] plain = Shape.bytes(24 << 20);
    int segment = 65_536;
    AtomicInteger asked = new AtomicInteger();
    store.before =
        seen -> store.ignoresRanges = seen.method().equals("GET") && asked.getAndIncrement() == 0;
    for (Shape shape : new Shape[] {Shape.PLAIN, Shape.SINGLE}) {
      store.put("b/k", shape.of(plain, "far" + shape + kind));
      int near = shape == Shape.PLAIN ? 4 << 20 : (4 << 20) - segment; // a segment is stored longer
      int far = shape == Shape.PLAIN ? near + 1 : near + segment;
      int beginning = shape == Shape.PLAIN ? 1 : 0; // read once, to see that it is not sealed
      try (Reads reads = kind.over(store.endpoint(), connections, interceptor(policy(shape)))) {
        for (int first : new int[] {near, far}) {
          asked.set(0);
          store.reset();
          byte[] got = reads.get(range("k", "bytes=" + first + "-" + (first + 9))).asByteArray();
          assertThat(got).isEqualTo(Arrays.copyOfRange(plain, first, first + 10));
          assertThat(store.count("GET"))
              .as("%s at %d", shape, first)
              .isEqualTo(first == near ? 1 : 2 + beginning);
        }
        assertThat(store.bytesSent).as("what was on its way").hasValueLessThan(plain.length);
      }
    }
  }

  /** What comes before the slice is read in any case: no reason to give up the connection. */
  @Test
  void theConnectionOfTheLastBytesIsKept() {
    byte[] plain = Shape.bytes(LENGTH);
    store.put("b/k", Shape.PLAIN.of(plain, "whole"));
    AtomicInteger aborted = new AtomicInteger();
    ExecutionInterceptor counting =
        new ExecutionInterceptor() {
          @Override
          public Optional<InputStream> modifyHttpResponseContent(
              Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
            return context
                .responseBody()
                .map(in -> AbortableInputStream.create(in, aborted::incrementAndGet));
          }
        };
    try (S3Client s3 =
        Clients.with(store.endpoint(), interceptor(PlaintextObjects.ALLOW), counting)) {
      assertThat(s3.getObjectAsBytes(range("k", "bytes=-10")).asByteArray())
          .isEqualTo(Arrays.copyOfRange(plain, LENGTH - 10, LENGTH));
      assertThat(aborted).hasValue(0);
      s3.getObjectAsBytes(range("k", "bytes=0-9"));
      assertThat(aborted).as("much comes behind these").hasValue(1);
    }
  }
}
