package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The multipart-enabled client, which Transfer Manager is built on, asks for objects part by part:
 * by the parts of the upload, whether the store still knows them or lost them in a copy.
 */
class AsyncDownloadsTest {
  private static final int[] SIZES = {200_000, 65_536, 131_073, 70_000, 5};

  private final PartStore store = new PartStore();
  private final S3AsyncClient s3 =
      Clients.async(
          store.endpoint(),
          b -> b.multipartEnabled(true),
          TestKeys.interceptor().httpClient(Clients.apache()).build());
  private final byte[] plain = new byte[Arrays.stream(SIZES).sum()];

  @BeforeEach
  void put() {
    new Random(7).nextBytes(plain);
  }

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private void put(boolean copied) {
    SealedParts parts = SealedParts.of("b", "k", plain, SIZES);
    Stored stored = Stored.ofParts(parts.parts(), parts.metadata(), "e");
    store.put("b/k", copied ? stored.copied() : stored);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesComePartByPart(boolean copied) {
    put(copied);
    var got = s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toBytes()).join();
    assertThat(got.asByteArray()).isEqualTo(plain);
    assertThat(store.count("GET")).isGreaterThanOrEqualTo(SIZES.length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filesAreWrittenByPartsInParallel(boolean copied, @TempDir Path folder) throws IOException {
    put(copied);
    Path file = folder.resolve("k");
    s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toFile(file)).join();
    assertThat(Files.readAllBytes(file)).isEqualTo(plain);
  }

  @Test
  void anObjectOfOnePartIsOnePart() {
    SealedParts one = SealedParts.single("b", "k", plain);
    store.put("b/k", Stored.whole(one.body(), one.metadata(), "e"));
    var got = s3.getObject(b -> b.bucket("b").key("k"), AsyncResponseTransformer.toBytes()).join();
    assertThat(got.asByteArray()).isEqualTo(plain);
  }
}
