package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** What is refused, by name and with advice, before anything is sent. */
class RefusalsTest {
  private final TinyStore store = new TinyStore();
  private final S3Client s3 = Clients.with(store.endpoint(), TestKeys.interceptor().build());

  @AfterEach
  void stop() {
    s3.close();
    store.close();
  }

  private ClavigerS3Exception refused(String named, ThrowingCallable call) {
    int before = store.requests.size();
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, call);
    assertThat(e).as(named).isNotNull();
    assertThat(e).hasMessageContaining(named);
    assertThat(store.requests).as("nothing was sent").hasSize(before);
    return e;
  }

  private ClavigerS3Exception refusedPut(String named, Consumer<PutObjectRequest.Builder> put) {
    return refused(named, () -> put(s3, put));
  }

  private static void put(S3Client client, Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket("b").key("k");
    more.accept(request);
    client.putObject(request.build(), RequestBody.fromString("text"));
  }

  private static String get(S3Client client) {
    return client.getObjectAsBytes(b -> b.bucket("b").key("k")).asUtf8String();
  }

  @Test
  void operationsThatCarryObjectBytesAreRefusedByName() {
    RequestBody body = RequestBody.fromString("x");
    refused(
        "UploadPart",
        () -> s3.uploadPart(b -> b.bucket("b").key("k").uploadId("u").partNumber(1), body));
    refused(
        "UploadPartCopy",
        () ->
            s3.uploadPartCopy(
                b ->
                    b.sourceBucket("b")
                        .sourceKey("s")
                        .destinationBucket("b")
                        .destinationKey("k")
                        .uploadId("u")
                        .partNumber(1)));
    refused(
        "CompleteMultipartUpload",
        () -> s3.completeMultipartUpload(b -> b.bucket("b").key("k").uploadId("u")));
    refused("GetObjectTorrent", () -> s3.getObjectTorrent(b -> b.bucket("b").key("k")));
    refused("RenameObject", () -> s3.renameObject(b -> b.bucket("b").key("k").renameSource("/s")));
    refused(
        "WriteGetObjectResponse",
        () -> s3.writeGetObjectResponse(b -> b.requestRoute("r").requestToken("t"), body));
  }

  @Test
  void otherOperationsPass() {
    catchThrowable(() -> s3.deleteObject(b -> b.bucket("b").key("k")));
    catchThrowable(() -> s3.listObjectsV2(b -> b.bucket("b")));
    assertThat(store.count("DELETE") + store.count("GET")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void parametersThatCannotBeHonouredAreRefusedByName() {
    refusedPut("writeOffsetBytes", b -> b.writeOffsetBytes(5L));
    refusedPut("Claviger-dek", b -> b.metadata(Map.of("Claviger-dek", "x")));
    refusedPut("aws:kms:dsse", b -> b.serverSideEncryption("aws:kms:dsse"));
    refused(
        "bucketAliases",
        () ->
            s3.putObject(
                b -> b.bucket("arn:aws:s3:us-east-1:123456789012:accesspoint/ap").key("k"),
                RequestBody.fromString("x")));
  }

  @Test
  void metadataOverS3sLimitIsRefusedWithItsNumber() {
    ClavigerS3Exception e = refusedPut("2048", b -> b.metadata(Map.of("long", "x".repeat(2000))));
    assertThat(e.failure()).isEqualTo(Failure.BAD_REQUEST);
  }

  @Test
  void anObjectOver5GiBIsRefusedWithTheNumber() {
    RequestBody huge =
        RequestBody.fromContentProvider(
            () -> new ByteArrayInputStream(new byte[0]), 5_366_088_831L, "a/b");
    ClavigerS3Exception e =
        refused("5366088830", () -> s3.putObject(b -> b.bucket("b").key("k"), huge));
    assertThat(e.formatFailure()).contains(FormatException.Failure.TOO_LARGE);
  }

  @Test
  void headersSetByHandAreRefused() {
    for (String name :
        new String[] {
          "Range",
          "Content-MD5",
          "x-amz-checksum-crc32",
          "x-amz-server-side-encryption",
          "x-amz-meta-claviger",
          "Content-Length"
        }) {
      refusedPut(name, b -> b.overrideConfiguration(c -> c.putHeader(name, "1")));
    }
    refusedPut(
        "uploadId", b -> b.overrideConfiguration(c -> c.putRawQueryParameter("uploadId", "1")));
    assertThatCode(() -> put(s3, b -> b.overrideConfiguration(c -> c.putHeader("X-Mine", "1"))))
        .doesNotThrowAnyException();
  }

  @Test
  void aClientWideHeaderThatChangesBytesStopsTheRequest() {
    S3Client client =
        Clients.with(
            store.endpoint(),
            b ->
                b.overrideConfiguration(
                    c ->
                        c.addExecutionInterceptor(TestKeys.interceptor().build())
                            .putHeader("Range", "bytes=0-1")));
    refused("client-wide header", () -> get(client));
  }

  @Test
  void anInterceptorThatReplacesTheBodyStopsTheRequest() {
    ExecutionInterceptor replacing =
        new ExecutionInterceptor() {
          @Override
          public java.util.Optional<RequestBody> modifyHttpContent(
              Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return java.util.Optional.of(RequestBody.fromString("plain"));
          }
        };
    S3Client client = Clients.with(store.endpoint(), TestKeys.interceptor().build(), replacing);
    refused("sealed body", () -> put(client, b -> {}));
  }

  @Test
  void anInterceptorThatRemovesTheEnvelopeStopsTheRequest() {
    ExecutionInterceptor removing =
        new ExecutionInterceptor() {
          @Override
          public SdkHttpRequest modifyHttpRequest(
              Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            return context.httpRequest().toBuilder()
                .removeHeader("x-amz-meta-claviger-dek")
                .build();
          }
        };
    S3Client client = Clients.with(store.endpoint(), TestKeys.interceptor().build(), removing);
    refused("another interceptor", () -> put(client, b -> {}));
  }

  @Test
  void registeredTwiceSealsOnce() {
    ClavigerInterceptor same = TestKeys.interceptor().build();
    S3Client twice = Clients.with(store.endpoint(), same, same);
    put(twice, b -> {});
    assertThat(store.object("b/k").bytes()).hasSize(98 + 32 + 4);
    assertThat(get(twice)).isEqualTo("text");
    assertThat(get(s3)).isEqualTo("text");
    S3Client equal =
        Clients.with(
            store.endpoint(), TestKeys.interceptor().build(), TestKeys.interceptor().build());
    assertThat(get(equal)).isEqualTo("text");
    S3Client different =
        Clients.with(
            store.endpoint(), same, TestKeys.interceptor().keyId(TestKeys.OTHER_KEY).build());
    refused("two Claviger interceptors", () -> get(different));
  }

  @Test
  void aBuilderWithoutProviderSaysWhatIsMissing() {
    assertThat(catchThrowable(() -> ClavigerInterceptor.builder().build()))
        .hasMessageContaining("provider(");
  }
}
