package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.Reads.Kind;
import io.claviger.s3.api.PlaintextObjects;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Ranges and parts of objects without a byte. The last bytes of nothing are nothing (RFC 9110,
 * 14.1.2), as real servers answer; every other range of an empty object is a 416.
 */
class EmptyObjectsTest {
  private final PartStore store = new PartStore();
  private final SdkHttpClient connections = Clients.apache();

  @BeforeEach
  void put() {
    store.put("b/plain", Stored.whole(new byte[0], Map.of(), "p"));
    SealedParts single = SealedParts.single("b", "single", new byte[0]);
    store.put("b/single", Stored.whole(single.body(), single.metadata(), "s"));
    SealedParts parts = SealedParts.of("b", "parts", new byte[0], 0);
    store.put("b/parts", Stored.ofParts(parts.parts(), parts.metadata(), "m"));
  }

  @AfterEach
  void close() {
    connections.close();
    store.close();
  }

  /** How servers answer a suffix range, or part 1, of an empty object. */
  enum Server {
    /** As RFC 9110 has it, with the whole. */
    WHOLE(answer -> new Answer(200, new TreeMap<>(Map.of("ETag", "\"p\"")), new byte[0])),
    /** As MinIO does. */
    PARTIAL(
        answer ->
            new Answer(
                206,
                new TreeMap<>(Map.of("ETag", "\"p\"", "Content-Range", "bytes 0--1/0")),
                new byte[0]));

    private final UnaryOperator<Answer> answer;

    Server(UnaryOperator<Answer> answer) {
      this.answer = answer;
    }
  }

  private Reads reads(Kind kind, PlaintextObjects objects) {
    return kind.over(
        store.endpoint(),
        connections,
        TestKeys.interceptor().plaintextObjects(objects).httpClient(connections).build());
  }

  private static String outcome(Reads reads, GetObjectRequest request) {
    try {
      var got = reads.get(request);
      return got.asByteArray().length + " of " + got.response().contentLength();
    } catch (S3Exception e) {
      return "status " + e.statusCode();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sealed(Kind kind) {
    for (PlaintextObjects objects : PlaintextObjects.values()) {
      for (String key : List.of("single", "parts")) {
        try (Reads reads = reads(kind, objects)) {
          for (int round = 0; round < 2; round++) {
            assertThat(outcome(reads, Reads.range(key, "bytes=-8"))).isEqualTo("0 of 0");
            assertThat(outcome(reads, Reads.range(key, "bytes=-0"))).isEqualTo("status 416");
            assertThat(outcome(reads, Reads.range(key, "bytes=0-"))).isEqualTo("status 416");
            assertThat(outcome(reads, Reads.range(key, "bytes=0-5"))).isEqualTo("status 416");
            assertThat(outcome(reads, Reads.part(key, 1))).isEqualTo("0 of 0");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void notSealed(Kind kind) {
    try (Reads reads = reads(kind, PlaintextObjects.ALLOW);
        S3Client plain = Clients.plain(store.endpoint())) {
      for (Server server : Server.values()) {
        for (GetObjectRequest request :
            List.of(Reads.range("plain", "bytes=-8"), Reads.part("plain", 1))) {
          store.lie =
              answer ->
                  answer.status() < 400 || answer.status() == 416
                      ? server.answer.apply(answer)
                      : answer;
          assertThat(plain.getObjectAsBytes(request).asByteArray()).isEmpty();
          assertThat(outcome(reads, request)).as("%s", server).isEqualTo("0 of 0");
        }
      }
      store.lie = answer -> answer;
      assertThat(outcome(reads, Reads.range("plain", "bytes=0-"))).isEqualTo("status 416");
    }
  }
}
