package io.claviger.same;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/** Carries out steps in one bucket and says what a caller saw, all but ETags and dates. */
final class Session {
  private static final int[] SIZES = {0, 1, 100, 65_535, 65_536, 65_537, 131_072, 200_000};
  private static final int PART = 5 << 20;

  /** Sizes of parts: around 5 MiB stored, which is less in plaintext, and unequal ones. */
  private static final int[][] PARTS = {
    {PART, 100_000}, {PART + 1, PART, 1}, {1}, {PART}, {PART, PART}, {PART + 70_000, PART, 65_536}
  };

  private final S3Client s3;
  private final String bucket;
  private final List<String> ranges;
  private final boolean replacesHeaders;

  Session(S3Client s3, String bucket, List<String> ranges, boolean replacesHeaders) {
    this.s3 = s3;
    this.bucket = bucket;
    this.ranges = ranges;
    this.replacesHeaders = replacesHeaders;
  }

  /** Whether the headers of an object with this metadata are what its writer asked for. */
  private boolean headersCount(Map<String, String> metadata) {
    return replacesHeaders || !metadata.containsKey("replaced");
  }

  String run(Step step) {
    try {
      return work(step);
    } catch (S3Exception e) {
      boolean bodyless = step.kind() == Step.Kind.HEAD || e.awsErrorDetails() == null;
      return "status " + e.statusCode() + (bodyless ? "" : " " + e.awsErrorDetails().errorCode());
    } catch (SdkClientException e) {
      return "failed " + e.getMessage();
    }
  }

  private String work(Step step) {
    String key = step.keyName();
    return switch (step.kind()) {
      case PUT -> put(step, b -> {});
      case PUT_ONCE -> put(step, b -> b.ifNoneMatch("*"));
      case MULTIPART -> multipart(step);
      case GET -> get(b -> b.bucket(bucket).key(key));
      case GET_IF_NONE_MATCH -> getIfNoneMatch(key);
      case RANGE -> range(step);
      case HEAD -> described(s3.headObject(b -> b.bucket(bucket).key(key)));
      case COPY -> copy(step, step.otherName(), false);
      case COPY_REPLACING -> copy(step, step.otherName(), true);
      case COPY_ONTO_ITSELF -> copy(step, key, false);
      case REPLACE_METADATA -> copy(step, key, true);
      case TAG -> tag(step);
      case DELETE -> s3.deleteObject(b -> b.bucket(bucket).key(key)).deleteMarker() + " deleted";
      case LIST ->
          listed(
              s3
                  .listObjectsV2Paginator(b -> b.bucket(bucket).prefix("dir/").maxKeys(2))
                  .contents()
                  .stream());
      case LIST_V1 -> listed(s3.listObjects(b -> b.bucket(bucket)).contents().stream());
    };
  }

  /** Returns bytes that only this choice gives. */
  static byte[] content(int choice, int bytes) {
    byte[] content = new byte[bytes];
    new Random(choice).nextBytes(content);
    return content;
  }

  private String put(Step step, java.util.function.Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(step.keyName())
            .contentLanguage("l" + step.choice())
            .contentType("text/x-" + step.choice())
            .metadata(Map.of("choice", "" + step.choice()));
    more.accept(put);
    int bytes = SIZES[step.choice() % SIZES.length];
    s3.putObject(put.build(), RequestBody.fromBytes(content(step.choice(), bytes)));
    return "put";
  }

  private String multipart(Step step) {
    String key = step.keyName();
    String id =
        s3.createMultipartUpload(
                b -> b.bucket(bucket).key(key).metadata(Map.of("parts", "" + step.choice())))
            .uploadId();
    int[] sizes = PARTS[step.choice() % PARTS.length];
    CompletedPart[] parts = new CompletedPart[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      int number = i + 1;
      byte[] bytes = content(step.choice() + number, sizes[i]);
      String etag =
          s3.uploadPart(
                  b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                  RequestBody.fromBytes(bytes))
              .eTag();
      parts[i] = CompletedPart.builder().partNumber(number).eTag(etag).build();
    }
    s3.completeMultipartUpload(
        b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
    return "put in parts";
  }

  private String get(java.util.function.Consumer<GetObjectRequest.Builder> request) {
    var got = s3.getObjectAsBytes(request);
    return "%d %d %s %s %s"
        .formatted(
            Arrays.hashCode(got.asByteArray()),
            got.response().contentLength(),
            got.response().contentRange(),
            headersCount(got.response().metadata()) ? got.response().contentType() : "",
            new TreeMap<>(got.response().metadata()));
  }

  private String getIfNoneMatch(String key) {
    String etag = s3.headObject(b -> b.bucket(bucket).key(key)).eTag();
    return get(b -> b.bucket(bucket).key(key).ifNoneMatch(etag));
  }

  private String range(Step step) {
    String range = ranges.get(step.choice() % ranges.size());
    if (s3.headObject(b -> b.bucket(bucket).key(step.keyName())).contentLength() == 0) {
      return "empty: S3Mock fails on ranges of empty objects";
    }
    return get(b -> b.bucket(bucket).key(step.keyName()).range(range));
  }

  private String copy(Step step, String to, boolean replacing) {
    s3.copyObject(
        b -> {
          b.sourceBucket(bucket)
              .sourceKey(step.keyName())
              .destinationBucket(bucket)
              .destinationKey(to);
          if (replacing) {
            b.metadataDirective(MetadataDirective.REPLACE)
                .contentType("text/replaced")
                .metadata(Map.of("replaced", "" + step.choice()));
          }
        });
    return "copied";
  }

  private String tag(Step step) {
    Tag tag = Tag.builder().key("choice").value("" + step.choice()).build();
    s3.putObjectTagging(b -> b.bucket(bucket).key(step.keyName()).tagging(t -> t.tagSet(tag)));
    return "tagged";
  }

  private static String listed(Stream<S3Object> objects) {
    return objects.map(o -> o.key() + "=" + o.size()).collect(Collectors.joining(", "));
  }

  private String described(HeadObjectResponse head) {
    String headers =
        "%s %s %s".formatted(head.contentLanguage(), head.contentType(), head.cacheControl());
    return "%d %s %s"
        .formatted(
            head.contentLength(),
            headersCount(head.metadata()) ? headers : "",
            new TreeMap<>(head.metadata()));
  }

  /** Says of every key what a caller sees in the end, tags too. */
  String everything() {
    StringBuilder all = new StringBuilder();
    s3.listObjectsV2(b -> b.bucket(bucket))
        .contents()
        .forEach(
            o ->
                all.append(o.key())
                    .append(": ")
                    .append(described(s3.headObject(b -> b.bucket(bucket).key(o.key()))))
                    .append(' ')
                    .append(get(b -> b.bucket(bucket).key(o.key())))
                    .append(' ')
                    .append(
                        s3.getObjectTagging(b -> b.bucket(bucket).key(o.key())).tagSet().stream()
                            .map(Tag::toString)
                            .sorted()
                            .toList())
                    .append('\n'));
    return all.toString();
  }
}
