package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.s3.PartStore.Seen;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.internal.wire.CopySource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.RequestPayer;

/** Every request that a call makes carries what the caller's request carried. */
class SubRequestsCarryTest {
  private static final String OWNER = "123456789012";

  private final PartStore store = new PartStore();
  private final SdkHttpClient connections = Clients.apache();
  private final ClavigerInterceptor interceptor =
      TestKeys.interceptor().httpClient(connections).build();
  private final S3Client s3 = Clients.with(store.endpoint(), interceptor);
  private final S3AsyncClient async = Clients.async(store.endpoint(), interceptor);

  @BeforeEach
  void put() {
    byte[] bytes = Shape.bytes(6 << 20);
    SealedParts parts = SealedParts.of("b", "parts", bytes, 3 << 20, 2 << 20, 1 << 20);
    store.put("b/parts", Stored.ofParts(parts.parts(), parts.metadata(), "m").copied());
    store.lie = answer -> answer.status() == 404 ? listing() : answer; // of what it does not have
  }

  private static PartStore.Answer listing() {
    String xml =
        "<ListBucketResult><Contents><Key>parts</Key><ETag>\"copy\"</ETag><Size>6291456</Size></Contents></ListBucketResult>";
    return new PartStore.Answer(200, new TreeMap<>(), xml.getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    s3.close();
    async.close();
    connections.close();
    store.close();
  }

  private static final RequestPayer PAYER = RequestPayer.REQUESTER;

  /** Calls that need more requests than the caller's. */
  enum Asking {
    RANGE(
        test ->
            test.s3.getObjectAsBytes(
                b ->
                    b.bucket("b")
                        .key("parts")
                        .range("bytes=4000000-4000010")
                        .requestPayer(PAYER)
                        .expectedBucketOwner(OWNER)
                        .overrideConfiguration(o -> o.putHeader("X-Gateway", "in")))),
    HEAD(
        test ->
            test.async
                .headObject(
                    b ->
                        b.bucket("b")
                            .key("parts")
                            .requestPayer(PAYER)
                            .expectedBucketOwner(OWNER)
                            .overrideConfiguration(o -> o.putHeader("X-Gateway", "in")))
                .join()),
    PART(
        test ->
            test.s3.getObjectAsBytes(
                b ->
                    b.bucket("b")
                        .key("parts")
                        .partNumber(2)
                        .requestPayer(PAYER)
                        .expectedBucketOwner(OWNER)
                        .overrideConfiguration(o -> o.putHeader("X-Gateway", "in")))),
    LISTING(
        test ->
            test.s3.listObjectsV2(
                b ->
                    b.bucket("b")
                        .requestPayer(PAYER)
                        .expectedBucketOwner(OWNER)
                        .overrideConfiguration(o -> o.putHeader("X-Gateway", "in")))),
    ATTRIBUTES(
        test ->
            test.s3.getObjectAttributes(
                b ->
                    b.bucket("b")
                        .key("parts")
                        .objectAttributes(
                            ObjectAttributes.OBJECT_SIZE, ObjectAttributes.OBJECT_PARTS)
                        .requestPayer(PAYER)
                        .expectedBucketOwner(OWNER)
                        .overrideConfiguration(o -> o.putHeader("X-Gateway", "in")))),
    COPY(
        test ->
            test.s3.copyObject(
                b ->
                    b.sourceBucket("b")
                        .sourceKey("parts")
                        .destinationBucket("b")
                        .destinationKey("to")
                        .requestPayer(PAYER)
                        .expectedBucketOwner(OWNER)
                        .expectedSourceBucketOwner(OWNER)
                        .overrideConfiguration(o -> o.putHeader("X-Gateway", "in"))));

    private final Function<SubRequestsCarryTest, Object> call;

    Asking(Function<SubRequestsCarryTest, Object> call) {
      this.call = call;
    }
  }

  @ParameterizedTest
  @EnumSource
  void payerOwnerAndHeaders(Asking asking) {
    Throwable failed = catchThrowable(() -> asking.call.apply(this)); // the store cannot copy
    assertThat(store.requests).as("%s", failed).hasSizeGreaterThan(1);
    List<Seen> bare =
        store.requests.stream()
            .filter(
                r ->
                    !"requester".equals(r.headers().get("x-amz-request-payer"))
                        || !OWNER.equals(r.headers().get("x-amz-expected-bucket-owner"))
                        || !"in".equals(r.headers().get("X-Gateway")))
            .toList();
    assertThat(bare).as("requests without what the caller's carried").isEmpty();
  }

  /** Conditions and what describes a body mean the caller's request alone. */
  @Test
  void conditionsByHandStayWithTheirRequest() {
    s3.getObjectAsBytes(
        b ->
            b.bucket("b")
                .key("parts")
                .range("bytes=4000000-4000010")
                .overrideConfiguration(o -> o.putHeader("If-None-Match", "\"other\"")));
    assertThat(
            store.requests.stream().filter(r -> r.headers().containsKey("If-None-Match")).count())
        .isEqualTo(1);
  }

  @Test
  void aCopySourceThatIsWhollyEncoded() {
    for (String source : List.of("b/a b", "/b/a b", "b%2Fa%20b", "%2Fb%2Fa%20b", "%2Fb/a%20b")) {
      CopySource from = CopySource.parse(source, "x");
      assertThat(from.name().bucket()).as(source).isEqualTo("b");
      assertThat(from.name().key()).as(source).isEqualTo("a b");
    }
  }

  /** What was refused is not remembered: an object that was restored is read again. */
  @ParameterizedTest
  @EnumSource(names = {"ASYNC", "ASYNC_ONCE"})
  void anObjectThatWasRestored(Reads.Kind kind) {
    byte[] bytes = Shape.bytes(100);
    SealedParts one = SealedParts.single("b", "k", bytes);
    Map<String, String> broken = new TreeMap<>(one.metadata());
    broken.put("claviger-hdr", SealedParts.single("b", "k", bytes).metadata().get("claviger-hdr"));
    try (Reads reads = kind.over(store.endpoint(), connections, interceptor)) {
      for (Map<String, String> metadata : List.of(broken, one.metadata())) {
        store.put("b/k", Stored.whole(one.body(), metadata, "same"));
        boolean good = metadata.equals(one.metadata());
        Throwable range = catchThrowable(() -> reads.get(Reads.range("k", "bytes=1-5")));
        Throwable head =
            catchThrowable(
                () ->
                    reads.head(
                        software.amazon.awssdk.services.s3.model.HeadObjectRequest.builder()
                            .bucket("b")
                            .key("k")
                            .build()));
        if (good) {
          assertThat(range).isNull();
          assertThat(head).isNull();
        } else {
          assertThat(range).isInstanceOf(ClavigerS3Exception.class);
          assertThat(head).isInstanceOf(ClavigerS3Exception.class);
        }
      }
    }
  }

  /** Headers of parts that contradict each other are found before the request is sent. */
  @Test
  void whatDoesNotProveIsTheInterceptorsExceptionOnAsynchronousClients() {
    Stored stored = store.objects.get("/b/parts");
    byte[] changed = stored.bytes().clone();
    changed[30] ^= 1;
    changed[changed.length - 100] ^= 1;
    store.put("b/parts", stored.withBytes(changed));
    for (int round = 0; round < 2; round++) {
      assertThat(catchThrowable(() -> async.headObject(b -> b.bucket("b").key("parts")).join()))
          .hasCauseInstanceOf(ClavigerS3Exception.class);
      assertThat(
              catchThrowable(
                  () ->
                      async
                          .getObject(
                              b -> b.bucket("b").key("parts").range("bytes=5000000-5000001"),
                              software.amazon.awssdk.core.async.AsyncResponseTransformer.toBytes())
                          .join()))
          .hasCauseInstanceOf(ClavigerS3Exception.class);
    }
  }
}
