package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.kms.EncryptionContext;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Attributes and headers of one request that contradict it, or go behind the interceptor. */
class RequestRefusalsTest extends RefusalCalls {
  private static Consumer<AwsRequestOverrideConfiguration.Builder> keyId(String id) {
    return c -> c.putExecutionAttribute(ClavigerInterceptor.KEY_ID, id);
  }

  private static Consumer<AwsRequestOverrideConfiguration.Builder> context(String value) {
    EncryptionContext context = EncryptionContext.of(Map.of("tenant", value));
    return c -> c.putExecutionAttribute(ClavigerInterceptor.ENCRYPTION_CONTEXT, context);
  }

  @Test
  void attributesOfARequestThatContradictItAreRefused() {
    CustomersKey customer = CustomersKey.of(1);
    refused(
        Failure.BAD_REQUEST,
        "two keys",
        () ->
            put(
                s3,
                b -> {
                  customer.put(b);
                  b.overrideConfiguration(keyId(TestKeys.KEY));
                }));
    refused(
        Failure.BAD_REQUEST,
        "two keys",
        () ->
            put(
                s3,
                b ->
                    b.serverSideEncryption("aws:kms")
                        .ssekmsKeyId(TestKeys.OTHER_KEY)
                        .overrideConfiguration(keyId(TestKeys.KEY))));
    refused(
        Failure.BAD_REQUEST,
        "two encryption contexts",
        () ->
            put(
                s3,
                b ->
                    b.serverSideEncryption("aws:kms")
                        .ssekmsEncryptionContext("eyJ0ZW5hbnQiOiI4In0=")
                        .overrideConfiguration(context("7"))));
    put(
        s3,
        b ->
            b.serverSideEncryption("aws:kms")
                .ssekmsKeyId(TestKeys.KEY)
                .overrideConfiguration(keyId(TestKeys.KEY)));
    assertThat(get(s3, b -> {})).isEqualTo(TEXT);
  }

  @Test
  void anUnknownKeyOfARequestIsS3sOwnErrorWithTheOptionsName() {
    S3Exception e =
        catchThrowableOfType(
            S3Exception.class,
            () -> put(s3, b -> b.overrideConfiguration(keyId("nobody-knows-it"))));
    assertThat(e.statusCode()).isEqualTo(400);
    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("KMS.NotFoundException");
    assertThat(e).hasMessageContaining("option kmsKeyAlias").hasMessageContaining("s3://b/k");
    assertThat(store.objects).isEmpty();
  }

  @Test
  void aContextThatIsNotTheObjectsIsRefused() {
    put(s3, b -> b.overrideConfiguration(context("7")));
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> get(s3, b -> b.overrideConfiguration(context("8"))),
            () -> get(s3, b -> b.range("bytes=1-2").overrideConfiguration(context("8"))),
            () -> s3.headObject(b -> b.bucket("b").key("k").overrideConfiguration(context("8"))))) {
      assertThat(refused(Failure.POLICY, "State exactly", read).formatFailure())
          .contains(FormatException.Failure.CONTEXT);
    }
    assertThat(get(s3, b -> b.overrideConfiguration(context("7")))).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Range",
        "Content-Length",
        "Content-MD5",
        "Content-Range",
        "Transfer-Encoding",
        "x-amz-decoded-content-length",
        "x-amz-checksum-crc32",
        "x-amz-checksum-sha256",
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-server-side-encryption-customer-key",
        "x-amz-copy-source",
        "X-Amz-Copy-Source-Range",
        "x-amz-copy-source-if-match",
        "x-amz-metadata-directive",
        "x-amz-write-offset-bytes",
        "x-amz-meta-claviger",
        "X-Amz-Meta-Claviger-Dek"
      })
  void aHeaderSetByHandThatDecidesOnBytesIsRefused(String name) {
    put(s3, b -> {});
    int sent = store.requests.size();
    AwsRequestOverrideConfiguration byHand =
        AwsRequestOverrideConfiguration.builder().putHeader(name, "1").build();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> put(s3, b -> b.overrideConfiguration(byHand)),
            () -> get(s3, b -> b.overrideConfiguration(byHand)),
            () ->
                s3.headObject(
                    HeadObjectRequest.builder()
                        .bucket("b")
                        .key("k")
                        .overrideConfiguration(byHand)
                        .build()),
            () -> copy(s3, b -> b.overrideConfiguration(byHand)),
            () ->
                s3.listObjectsV2(
                    ListObjectsV2Request.builder()
                        .bucket("b")
                        .overrideConfiguration(byHand)
                        .build()))) {
      refused(Failure.UNSUPPORTED, name, call);
    }
    assertThat(store.requests).as("nothing was sent").hasSize(sent);
  }

  @Test
  void aClientWideHeaderIsFoundBeforeTheRequestLeaves() {
    put(s3, b -> {});
    for (String name :
        List.of(
            "x-amz-server-side-encryption", "x-amz-metadata-directive", "x-amz-meta-claviger")) {
      S3Client client =
          Clients.with(
              store.endpoint(),
              b ->
                  b.overrideConfiguration(
                      c ->
                          c.addExecutionInterceptor(TestKeys.interceptor().build())
                              .putHeader(name, "COPY")));
      refused(Failure.BAD_REQUEST, "client-wide header", () -> put(client, b -> {}));
      refused(Failure.BAD_REQUEST, "client-wide header", () -> copy(client, b -> {}));
    }
  }
}
