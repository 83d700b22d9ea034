package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What a page of files costs that a committer uploaded as one part of 9 MiB each. */
class ListRequestsTest {
  private static final int FILES = 40;
  private static final int BYTES = 9 << 20;

  private static byte[] page(long storedBytes) {
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    for (int i = 0; i < FILES; i++) {
      xml.append(
          "<Contents><Key>f%d</Key><ETag>\"e-2\"</ETag><Size>%d</Size><Owner><ID>o</ID></Owner></Contents>"
              .formatted(i, storedBytes));
    }
    return xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void fortyFilesOfOnePartAndAClosingPartAreFortyRequestsAndThenNone() {
    try (PartStore store = new PartStore()) {
      SealedParts file =
          SealedParts.of(
              "b", "f", PutAndGetTest.bytes(BYTES), new int[] {BYTES}, number -> true, true);
      Stored stored = Stored.ofParts(file.parts(), file.metadata(), "e");
      for (int i = 0; i < FILES; i++) {
        store.put("b/f" + i, stored);
      }
      byte[] page = page(file.body().length);
      store.lie =
          answer -> answer.status() == 404 ? new Answer(200, new TreeMap<>(), page) : answer;
      ClavigerInterceptor interceptor = TestKeys.interceptor().httpClient(Clients.apache()).build();
      try (S3Client s3 = Clients.with(store.endpoint(), interceptor)) {
        for (int requests : new int[] {1 + FILES, 1}) {
          store.reset();
          assertThat(s3.listObjectsV2(b -> b.bucket("b")).contents())
              .hasSize(FILES)
              .extracting(S3Object::size)
              .containsOnly((long) BYTES);
          assertThat(store.requests).hasSize(requests);
        }
      }
      ClavigerInterceptor another = TestKeys.interceptor().httpClient(Clients.apache()).build();
      try (S3AsyncClient s3 = Clients.async(store.endpoint(), another)) {
        for (int requests : new int[] {1 + FILES, 1}) {
          store.reset();
          assertThat(s3.listObjectsV2(b -> b.bucket("b")).join().contents())
              .hasSize(FILES)
              .extracting(S3Object::size)
              .containsOnly((long) BYTES);
          assertThat(store.requests).as("asynchronous").hasSize(requests);
        }
      }
    }
  }
}
