package io.claviger.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.e2e.env.Difference;
import io.claviger.e2e.env.E2e;
import io.claviger.e2e.env.EveryServer;
import io.claviger.e2e.env.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Makes each call of the table of differences with a client that has no interceptor. */
@EveryServer
class DifferencesIT {
  private static final String BUCKET = "differences";
  private static final RequestBody BODY = RequestBody.fromString("body");

  @Parameter S3Server server;

  @BeforeParameterizedClassInvocation
  static void bucket(S3Server server) {
    E2e.bucket(server, BUCKET);
  }

  @ParameterizedTest
  @EnumSource
  void theServerAnswersAsTheTableSays(Difference difference) {
    // A client for each call: MinIO can leave a connection unusable after an empty PUT.
    try (S3Client s3 = E2e.plain(server.http())) {
      assertThat(answer(difference, s3)).isEqualTo(difference.at(server));
    }
  }

  @Test
  void theDocumentShowsTheTable() throws IOException {
    List<String> rows = Arrays.stream(Difference.values()).map(Difference::row).toList();
    assertThat(Files.readAllLines(Path.of("../docs/servers.md"))).containsSequence(rows);
  }

  private static String answer(Difference difference, S3Client s3) {
    return switch (difference) {
      case OBJECT_SIZE -> outcome(() -> completeWithWrongSize(s3));
      case METADATA ->
          outcome(
              () ->
                  s3.putObject(
                      b -> b.bucket(BUCKET).key("m").metadata(Map.of("m", "x".repeat(2_100))),
                      BODY));
      case SSE_KMS ->
          outcome(
              () ->
                  s3.putObject(
                      b ->
                          b.bucket(BUCKET)
                              .key("kms")
                              .serverSideEncryption(ServerSideEncryption.AWS_KMS),
                      BODY));
      case SSE_C -> outcome(() -> putWithCustomersKey(s3));
      case ABORT ->
          outcome(
              () -> s3.abortMultipartUpload(b -> b.bucket(BUCKET).key("a").uploadId("unknown")));
      case EMPTY_SUFFIX -> suffixOfEmptyObject(s3);
      case UPLOAD_ID ->
          String.valueOf(
              s3.createMultipartUpload(b -> b.bucket(BUCKET).key("u")).uploadId().length());
      case UNSIGNED ->
          outcome(
              () ->
                  s3.putObject(
                      b ->
                          b.bucket(BUCKET)
                              .key("unsigned")
                              .overrideConfiguration(
                                  o ->
                                      o.credentialsProvider(AnonymousCredentialsProvider.create())),
                      BODY));
      case COPY_IF_MATCH -> outcome(() -> copyOntoItself(s3));
    };
  }

  private static String outcome(Runnable call) {
    try {
      call.run();
      return "accepted";
    } catch (S3Exception e) {
      return e.statusCode() + " " + e.awsErrorDetails().errorCode();
    }
  }

  private static void completeWithWrongSize(S3Client s3) {
    String id = s3.createMultipartUpload(b -> b.bucket(BUCKET).key("size")).uploadId();
    String etag =
        s3.uploadPart(b -> b.bucket(BUCKET).key("size").uploadId(id).partNumber(1), BODY).eTag();
    CompletedPart part = CompletedPart.builder().partNumber(1).eTag(etag).build();
    s3.completeMultipartUpload(
        b ->
            b.bucket(BUCKET)
                .key("size")
                .uploadId(id)
                .mpuObjectSize(99L)
                .multipartUpload(m -> m.parts(part)));
  }

  private static void copyOntoItself(S3Client s3) {
    s3.putObject(b -> b.bucket(BUCKET).key("copied"), BODY);
    s3.copyObject(
        b ->
            b.sourceBucket(BUCKET)
                .sourceKey("copied")
                .destinationBucket(BUCKET)
                .destinationKey("copied")
                .metadataDirective(MetadataDirective.REPLACE)
                .ifMatch("\"00000000000000000000000000000000\""));
  }

  private static void putWithCustomersKey(S3Client s3) {
    byte[] key = new byte[32];
    Base64.Encoder base64 = Base64.getEncoder();
    String sum;
    try {
      sum = base64.encodeToString(MessageDigest.getInstance("MD5").digest(key));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no MD5", e);
    }
    s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key("c")
                .sseCustomerAlgorithm("AES256")
                .sseCustomerKey(base64.encodeToString(key))
                .sseCustomerKeyMD5(sum),
        BODY);
  }

  private static String suffixOfEmptyObject(S3Client s3) {
    s3.putObject(b -> b.bucket(BUCKET).key("empty"), RequestBody.empty());
    ResponseBytes<GetObjectResponse> suffix =
        s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("empty").range("bytes=-5"));
    return "%d, %d bytes"
        .formatted(suffix.response().sdkHttpResponse().statusCode(), suffix.asByteArray().length);
  }
}
