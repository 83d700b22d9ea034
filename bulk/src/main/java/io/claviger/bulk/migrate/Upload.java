package io.claviger.bulk.migrate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Seals a content as an object of some name: by one PUT, or in parts of which nothing is seen
 * before all of them are there.
 *
 * @param bucket where to
 * @param key where to
 * @param condition under which the object takes its place
 * @param inItsPlace whether it is stored for good under this name, with storage class and locks
 */
record Upload(String bucket, String key, Condition condition, boolean inItsPlace) {
  /** The largest content that is sent at once, and the pieces of one that must be held. */
  static final int PIECE_BYTES = 8 << 20;

  /** The pieces of one that is read again for each attempt. */
  private static final int RANGE_BYTES = 64 << 20;

  /** Stores take 10,000 parts. */
  private static final int MOST_PIECES = 9_000;

  private static final long MIB = 1 << 20;

  /** A header that says under which condition an object is stored. */
  record Condition(@Nullable String header, String value) {
    static final Condition NONE = new Condition(null, "");
    static final Condition NOTHING_THERE = new Condition("If-None-Match", "*");

    static Condition unchanged(String eTag) {
      return new Condition("If-Match", eTag);
    }

    AwsRequestOverrideConfiguration.Builder on(AwsRequestOverrideConfiguration.Builder request) {
      return header == null ? request : request.putHeader(header, value);
    }
  }

  /** Returns the length of the pieces of an object that is read by ranges. */
  static int rangeBytes(long bytes) {
    long wholeMib = (bytes / MOST_PIECES + MIB) / MIB * MIB;
    return (int) Math.max(RANGE_BYTES, wholeMib);
  }

  /** Returns how many parts an object of so many stored bytes takes at most, 1 for one PUT. */
  static long parts(long bytes) {
    return bytes <= PIECE_BYTES ? 1 : Math.min(MOST_PIECES, bytes / PIECE_BYTES + 1);
  }

  /**
   * Seals and stores a content.
   *
   * @throws software.amazon.awssdk.services.s3.model.S3Exception 412 if the condition is not met
   * @throws io.claviger.s3.api.ClavigerS3Exception if the envelope does not fit, or keys cannot be
   *     obtained
   * @throws io.claviger.object.FormatException if the content is not authentic: nothing is stored
   */
  Target seal(Store store, Source source, Content content) throws IOException {
    String tags = source.tags(store);
    return content.plainBytes() <= PIECE_BYTES
        ? atOnce(store, source, content, tags)
        : inParts(store, source, content, tags);
  }

  private Target atOnce(Store store, Source source, Content content, @Nullable String tags)
      throws IOException {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .metadata(source.ownMetadata())
            .tagging(tags)
            .overrideConfiguration(condition.on(source.override()).build());
    source.keep(put, inItsPlace);
    S3Client client = store.sealing(1, 1);
    long begun = System.nanoTime();
    PutObjectResponse done =
        client.putObject(put.build(), content.next((int) content.plainBytes()));
    return target(done.eTag(), done.versionId(), begun);
  }

  private Target inParts(Store store, Source source, Content content, @Nullable String tags)
      throws IOException {
    CreateMultipartUploadRequest.Builder create =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket)
            .key(key)
            .metadata(source.ownMetadata())
            .tagging(tags)
            .overrideConfiguration(source.override().build());
    source.keep(create, inItsPlace);
    String id = store.sealing(1, 1).createMultipartUpload(create.build()).uploadId();
    try {
      List<CompletedPart> parts = parts(store, content, id);
      AwsRequestOverrideConfiguration conditional =
          condition.on(AwsRequestOverrideConfiguration.builder()).build();
      S3Client client = store.sealing(2, 0);
      long begun = System.nanoTime();
      CompleteMultipartUploadResponse done =
          client.completeMultipartUpload(
              b ->
                  b.bucket(bucket)
                      .key(key)
                      .uploadId(id)
                      .multipartUpload(m -> m.parts(parts))
                      .overrideConfiguration(conditional));
      return target(done.eTag(), done.versionId(), begun);
    } catch (IOException | RuntimeException e) {
      abort(store, id, e);
      throw e;
    }
  }

  private List<CompletedPart> parts(Store store, Content content, String id) throws IOException {
    List<CompletedPart> parts = new ArrayList<>();
    for (long left = content.plainBytes(); left > 0; ) {
      int bytes = (int) Math.min(left, content.pieceBytes());
      int number = parts.size() + 1;
      String eTag =
          store
              .sealing(1, 0)
              .uploadPart(
                  b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                  content.next(bytes))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
      left -= bytes;
    }
    return parts;
  }

  private void abort(Store store, String id, Exception cause) {
    try {
      store.sealing(1, 0).abortMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id));
    } catch (SdkException e) {
      cause.addSuppressed(e);
    }
  }

  private Target target(String eTag, @Nullable String versionId, long begun) {
    return new Target(bucket, key, eTag, versionId, System.nanoTime() - begun);
  }
}
