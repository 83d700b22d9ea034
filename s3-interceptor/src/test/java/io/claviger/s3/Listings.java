package io.claviger.s3;

import io.claviger.s3.PartStore.Answer;
import io.claviger.s3.PartStore.Stored;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Lets a {@link PartStore}, which has no listings, answer with one. */
final class Listings {
  private Listings() {}

  /** A page with one object of bucket {@code b}, as it is described here. */
  static byte[] page(String key, String eTag, long storedBytes) {
    return ("<ListBucketResult><Contents><Key>%s</Key><ETag>%s</ETag><Size>%d</Size></Contents></ListBucketResult>"
            .formatted(key, eTag.replace("\"", "&quot;"), storedBytes))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void answering(PartStore store, byte[] page, Runnable lists) {
    UnaryOperator<Answer> others = store.lie;
    store.lie = a -> a.status() == 404 ? new Answer(200, new TreeMap<>(Map.of()), page) : a;
    try {
      lists.run();
    } finally {
      store.lie = others;
    }
  }

  /** Lists the object as it is. */
  static void list(PartStore store, S3Client s3, String key) {
    Stored stored = store.objects.get("/b/" + key);
    list(store, s3, page(key, stored.eTag(), stored.bytes().length));
  }

  static void list(PartStore store, S3Client s3, byte[] page) {
    answering(store, page, () -> s3.listObjectsV2(b -> b.bucket("b")));
  }

  static void list(PartStore store, S3AsyncClient s3, byte[] page) {
    answering(store, page, () -> s3.listObjectsV2(b -> b.bucket("b")).join());
  }
}
