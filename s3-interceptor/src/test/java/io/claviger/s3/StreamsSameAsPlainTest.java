package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.same.StreamUses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * What programs do with the stream of an answer, beside the stream of a plain client: they see the
 * same bytes, and a stream that was read to its end gives its connection back.
 */
class StreamsSameAsPlainTest {
  private static final int SEGMENT = 65_536;
  private static final List<byte[]> CONTENTS = StreamUses.contents(SEGMENT);
  private static final int LONG = CONTENTS.size();
  private static final int LONG_BYTES = 3 * SEGMENT + 7;

  private static PartStore store;
  private static S3Client plain;
  private static S3Client sealed;
  private static SdkHttpClient one;

  /** What of an object is read. */
  enum Read {
    WHOLE(b -> {}),
    RANGE(b -> b.range("bytes=0-999999")),
    MIDDLE(b -> b.range("bytes=100-65735")),
    SUFFIX(b -> b.range("bytes=-70000")),
    PART(b -> b.partNumber(1));

    private final Consumer<GetObjectRequest.Builder> change;

    Read(Consumer<GetObjectRequest.Builder> change) {
      this.change = change;
    }

    ResponseInputStream<GetObjectResponse> by(S3Client s3, String key) {
      return s3.getObject(
          b -> {
            b.bucket("b").key(key);
            change.accept(b);
          });
    }
  }

  @BeforeAll
  static void start() {
    store = new PartStore();
    plain = Clients.plain(store.endpoint());
    one =
        ApacheHttpClient.builder()
            .maxConnections(1)
            .connectionAcquisitionTimeout(Duration.ofMinutes(1))
            .build();
    sealed =
        Clients.with(
            store.endpoint(),
            b -> b.httpClient(one),
            TestKeys.interceptor()
                .plaintextObjects(PlaintextObjects.ALLOW)
                .httpClient(Clients.apache())
                .build());
    for (int i = 0; i < CONTENTS.size(); i++) {
      put(i, CONTENTS.get(i));
    }
    put(LONG, StreamUses.random(LONG_BYTES));
  }

  @AfterAll
  static void stop() {
    plain.close();
    sealed.close();
    one.close();
    store.close();
  }

  private static void put(int number, byte[] bytes) {
    store.put("b/plain" + number, Stored.whole(bytes, Map.of(), "p"));
    SealedParts single = SealedParts.single("b", "single" + number, bytes);
    store.put("b/single" + number, Stored.whole(single.body(), single.metadata(), "s"));
    int first = Math.max(1, bytes.length / 2);
    SealedParts parts =
        bytes.length < 2
            ? SealedParts.of("b", "parts" + number, bytes, bytes.length)
            : SealedParts.of("b", "parts" + number, bytes, first, bytes.length - first);
    store.put("b/parts" + number, Stored.ofParts(parts.parts(), parts.metadata(), "m"));
  }

  @ParameterizedTest
  @EnumSource
  void wholeObjects(StreamUses use) throws IOException {
    for (int i = 0; i < CONTENTS.size(); i++) {
      byte[] bytes = CONTENTS.get(i);
      String ideal = use.of(new ByteArrayInputStream(bytes));
      for (String key : List.of("single", "parts", "plain")) {
        try (InputStream in = Read.WHOLE.by(sealed, key + i)) {
          assertThat(use.of(in)).as("%s, %d bytes", key, bytes.length).isEqualTo(ideal);
        }
      }
      if (!use.asksWhatIsThere()) {
        try (InputStream in = Read.WHOLE.by(plain, "plain" + i)) {
          assertThat(use.of(in)).as("plain client, %d", bytes.length).isEqualTo(ideal);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rangesAndParts(StreamUses use) throws IOException {
    for (Read read : Read.values()) {
      for (String key : List.of("single", "plain", "parts")) {
        boolean partOfParts = read == Read.PART && key.equals("parts");
        byte[] expected =
            partOfParts
                ? Arrays.copyOf(StreamUses.random(LONG_BYTES), LONG_BYTES / 2)
                : read.by(plain, "plain" + LONG).readAllBytes();
        try (InputStream in = read.by(sealed, key + LONG)) {
          assertThat(use.of(in))
              .as("%s of %s", read, key)
              .isEqualTo(use.of(new ByteArrayInputStream(expected)));
        }
      }
    }
  }

  /** With one connection the second read waits for ever, unless the end gave it back. */
  @ParameterizedTest
  @EnumSource
  void theEndGivesTheConnectionBack(Read read) throws IOException {
    for (int round = 0; round < 3; round++) {
      for (String key : List.of("single", "parts", "plain")) {
        InputStream left = read.by(sealed, key + LONG);
        assertThat(left.transferTo(OutputStream.nullOutputStream())).isPositive();
        assertThat(left.read()).isEqualTo(-1);
        assertThat(left.available()).isZero();
      }
    }
  }
}
