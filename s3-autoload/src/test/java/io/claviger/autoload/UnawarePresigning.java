package io.claviger.autoload;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Every kind of URL that a presigner makes. */
final class UnawarePresigning {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  static final Map<String, Unaware.Way> WAYS =
      Map.of(
          "presign-put",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignPutObject(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .putObjectRequest(o -> o.bucket(b).key("p")))),
          "presign-get",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignGetObject(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .getObjectRequest(o -> o.bucket(b).key("p")))),
          "presign-head",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignHeadObject(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .headObjectRequest(o -> o.bucket(b).key("p")))),
          "presign-delete",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignDeleteObject(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .deleteObjectRequest(o -> o.bucket(b).key("p")))),
          "presign-create",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignCreateMultipartUpload(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .createMultipartUploadRequest(o -> o.bucket(b).key("p")))),
          "presign-part",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignUploadPart(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .uploadPartRequest(
                                          o -> o.bucket(b).key("p").uploadId("u").partNumber(1)))),
          "presign-complete",
              (e, b) ->
                  presign(
                      e,
                      p ->
                          p.presignCompleteMultipartUpload(
                              r ->
                                  r.signatureDuration(MINUTE)
                                      .completeMultipartUploadRequest(
                                          o -> o.bucket(b).key("p").uploadId("u")))));

  private UnawarePresigning() {}

  private static String presign(URI endpoint, Function<S3Presigner, PresignedRequest> what) {
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(Unaware.CREDENTIALS)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      return what.apply(presigner).url().getPath();
    }
  }
}
