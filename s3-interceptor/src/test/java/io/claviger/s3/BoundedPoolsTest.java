package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import io.claviger.s3.internal.list.PlainSizeFinder;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/** Threads are bounded, however much is asked for at once. */
class BoundedPoolsTest {
  private static final int LISTED = 1_000;

  private static int threadsNamed(String name) {
    return (int)
        Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(name)).count();
  }

  private static byte[] listing() {
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    for (int i = 0; i < LISTED; i++) {
      xml.append(
          "<Contents><Key>k%d</Key><ETag>\"e\"</ETag><Size>%d</Size></Contents>"
              .formatted(i, 5_242_880));
    }
    return xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aPageOfAThousandObjectsTakesAFewThreads() {
    AtomicInteger most = new AtomicInteger();
    int ofOthers = threadsNamed("claviger-s3-list");
    try (PartStore store = new PartStore()) {
      SealedParts one = SealedParts.single("b", "k", Shape.bytes(1));
      for (int i = 0; i < LISTED; i++) {
        store.put("b/k" + i, Stored.whole(one.body(), one.metadata(), "e"));
      }
      byte[] page = listing();
      store.lie =
          answer -> answer.status() == 404 ? new Answer(200, new TreeMap<>(), page) : answer;
      AtomicInteger asked = new AtomicInteger();
      store.before =
          seen -> {
            if (asked.getAndIncrement() % 20 == 0) {
              most.accumulateAndGet(threadsNamed("claviger-s3-list"), Math::max);
            }
          };
      try (S3Client s3 =
          Clients.with(
              store.endpoint(), TestKeys.interceptor().httpClient(Clients.apache()).build())) {
        assertThat(s3.listObjectsV2(b -> b.bucket("b")).contents()).hasSize(LISTED);
      }
      assertThat(store.count("GET")).as("the page and each object").isEqualTo(LISTED + 1);
    }
    assertThat(most).hasValueBetween(1, ofOthers + PlainSizeFinder.AT_ONCE);
  }
}
