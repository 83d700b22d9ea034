package io.claviger.e2e.engines;

import static io.claviger.e2e.engines.Scenario.require;
import static io.claviger.e2e.engines.Scenario.same;
import static io.claviger.e2e.engines.Scenario.thrown;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Checksums: callers' own, of the plaintext, and the SDK's, of what it sends. */
final class ChecksumCalls {
  private static final int WITH_CRC = 30;

  private final Clients clients;
  private final S3Client s3;
  private final String bucket;

  ChecksumCalls(Clients clients) {
    this.clients = clients;
    this.s3 = clients.s3;
    this.bucket = clients.bucket;
  }

  List<Scenario> scenarios() {
    return List.of(
        new Scenario("right and wrong Content-MD5", this::contentMd5),
        new Scenario("right and wrong x-amz-checksum-sha256", this::sha256),
        new Scenario("each checksum algorithm that the plain client sends", this::algorithms),
        new Scenario("damage on the way is noticed by the ETag below 2.30", this::damage),
        new Scenario("no GET asks for an appended MD5", this::appendedMd5));
  }

  private static String digest(String algorithm, byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireRead(String key, byte[] plain) {
    var got =
        s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED));
    require(Arrays.equals(got.asByteArray(), plain), key + " came back otherwise");
  }

  private void contentMd5() {
    byte[] plain = ObjectCalls.bytes(70_001);
    s3.putObject(
        b -> b.bucket(bucket).key("md5").contentMD5(digest("MD5", plain)),
        RequestBody.fromBytes(plain));
    requireRead("md5", plain);
    S3Exception wrong =
        thrown(
            S3Exception.class,
            () ->
                s3.putObject(
                    b -> b.bucket(bucket).key("wrong").contentMD5(digest("MD5", new byte[1])),
                    RequestBody.fromBytes(plain)));
    same(wrong.awsErrorDetails().errorCode(), "BadDigest", "code");
    requireNothing("wrong");
  }

  private void requireNothing(String key) {
    S3Exception gone =
        thrown(S3Exception.class, () -> clients.plain.headObject(b -> b.bucket(bucket).key(key)));
    same(gone.statusCode(), 404, "status of what must not be stored");
  }

  private void sha256() {
    byte[] plain = ObjectCalls.bytes(70_002);
    s3.putObject(
        b -> b.bucket(bucket).key("sha").checksumSHA256(digest("SHA-256", plain)),
        RequestBody.fromBytes(plain));
    requireRead("sha", plain);
    S3Exception wrong =
        thrown(
            S3Exception.class,
            () ->
                s3.putObject(
                    b ->
                        b.bucket(bucket)
                            .key("wrong-sha")
                            .checksumSHA256(digest("SHA-256", new byte[1])),
                    RequestBody.fromBytes(plain)));
    same(wrong.awsErrorDetails().errorCode(), "BadDigest", "code");
    requireNothing("wrong-sha");
  }

  private void algorithms() {
    byte[] plain = ObjectCalls.bytes(70_003);
    for (ChecksumAlgorithm each :
        List.of(
            ChecksumAlgorithm.CRC32,
            ChecksumAlgorithm.CRC32_C,
            ChecksumAlgorithm.SHA1,
            ChecksumAlgorithm.SHA256)) {
      String key = "checksum-" + each;
      if (!plainSends(each, plain)) {
        continue; // SDKs below 2.30 over http sign some trailers as the store does not
      }
      PutObjectResponse answer =
          s3.putObject(
              b -> b.bucket(bucket).key(key).checksumAlgorithm(each), RequestBody.fromBytes(plain));
      require(
          answer.checksumCRC32() == null && answer.checksumSHA256() == null,
          "the answer shows a checksum of stored bytes");
      requireRead(key, plain);
    }
  }

  private boolean plainSends(ChecksumAlgorithm algorithm, byte[] bytes) {
    try {
      clients.plain.putObject(
          b -> b.bucket(bucket).key("algorithm").checksumAlgorithm(algorithm),
          RequestBody.fromBytes(bytes));
      return true;
    } catch (S3Exception e) {
      return false;
    }
  }

  /** A store whose ETag is of other bytes than those that were sent. */
  private void damage() {
    S3Client damaged =
        clients.sealing(
            new ExecutionInterceptor() {
              @Override
              public SdkHttpResponse modifyHttpResponse(
                  Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
                return context.request() instanceof PutObjectRequest
                    ? context.httpResponse().toBuilder()
                        .putHeader("ETag", "\"" + "a".repeat(32) + "\"")
                        .build()
                    : context.httpResponse();
              }
            });
    Scenario.Steps put =
        () ->
            damaged.putObject(
                b -> b.bucket(bucket).key("damaged"),
                RequestBody.fromBytes(ObjectCalls.bytes(100)));
    if (!Sdk.isFrom(WITH_CRC)) {
      SdkException refusal = thrown(SdkException.class, put);
      require(refusal.getMessage().contains("by its ETag"), refusal.getMessage());
    } else {
      run(put); // the store compared a CRC32
    }
  }

  private static void run(Scenario.Steps steps) {
    try {
      steps.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void appendedMd5() {
    require(!clients.hooks.sentWithGet("x-amz-te"), "x-amz-te was sent");
  }
}
