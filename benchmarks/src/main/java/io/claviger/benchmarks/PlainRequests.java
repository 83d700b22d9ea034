package io.claviger.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What jobs over a bucket send, sent by a plain client with as many threads and nothing else. */
record PlainRequests(S3Client client, String bucket, int threads) {

  /** Sends {@code request} for every key that is listed meanwhile. */
  private void forEach(Consumer<String> request) throws Exception {
    ExecutorService working = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (S3Object object : client.listObjectsV2Paginator(b -> b.bucket(bucket)).contents()) {
        all.add(working.submit(() -> request.accept(object.key())));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      working.shutdownNow();
    }
  }

  void audit() throws Exception {
    forEach(
        key ->
            client.getObject(
                b -> b.bucket(bucket).key(key).range("bytes=0-129"),
                ResponseTransformer.toBytes()));
  }

  void heads() throws Exception {
    forEach(this::head);
  }

  private HeadObjectResponse head(String key) {
    return client.headObject(b -> b.bucket(bucket).key(key));
  }

  /**
   * Copies each object onto itself in one part, on condition that it is as it was, and asks what a
   * re-wrap asks: what the object is, before the copy and again before its end and behind it, and
   * its tags.
   */
  void copies() throws Exception {
    forEach(
        key -> {
          head(key);
          HeadObjectResponse head = head(key);
          client.getObjectTagging(b -> b.bucket(bucket).key(key));
          String upload =
              client
                  .createMultipartUpload(
                      b ->
                          b.bucket(bucket)
                              .key(key)
                              .contentType(head.contentType())
                              .metadata(head.metadata()))
                  .uploadId();
          String part =
              client
                  .uploadPartCopy(
                      b ->
                          b.sourceBucket(bucket)
                              .sourceKey(key)
                              .copySourceIfMatch(head.eTag())
                              .destinationBucket(bucket)
                              .destinationKey(key)
                              .uploadId(upload)
                              .partNumber(1))
                  .copyPartResult()
                  .eTag();
          CompletedPart only = CompletedPart.builder().partNumber(1).eTag(part).build();
          head(key);
          client.completeMultipartUpload(
              b ->
                  b.bucket(bucket)
                      .key(key)
                      .uploadId(upload)
                      .ifMatch(head.eTag())
                      .multipartUpload(m -> m.parts(only)));
          head(key);
        });
  }
}
