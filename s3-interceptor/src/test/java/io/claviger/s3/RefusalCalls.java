package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Calls that are refused, and a store that must be as it was before each. */
abstract class RefusalCalls {
  static final String TEXT = "plaintext under a policy";

  final TinyStore store = new TinyStore();
  final S3Client s3 = client(b -> {});

  final S3Client client(Consumer<ClavigerInterceptorBuilder> options) {
    ClavigerInterceptorBuilder builder = TestKeys.interceptor();
    options.accept(builder);
    return Clients.with(store.endpoint(), builder.build());
  }

  @AfterEach
  void nothingLiesInTheClear() {
    assertThat(StoreSearch.find(store, TEXT)).isEmpty();
    s3.close();
    store.close();
  }

  ClavigerS3Exception refused(Failure failure, String advice, ThrowingCallable call) {
    Map<String, TinyStore.Stored> before = Map.copyOf(store.objects);
    ClavigerS3Exception e = catchThrowableOfType(ClavigerS3Exception.class, call);
    assertThat(e).as(advice).isNotNull();
    assertThat(e.failure()).as(e.getMessage()).isEqualTo(failure);
    assertThat(e).hasMessageContaining(advice);
    assertThat(store.objects).isEqualTo(before);
    return e;
  }

  static void put(S3Client client, Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder request = PutObjectRequest.builder().bucket("b").key("k");
    more.accept(request);
    client.putObject(request.build(), RequestBody.fromString(TEXT));
  }

  static String get(S3Client client, Consumer<GetObjectRequest.Builder> more) {
    GetObjectRequest.Builder request = GetObjectRequest.builder().bucket("b").key("k");
    more.accept(request);
    return client.getObjectAsBytes(request.build()).asUtf8String();
  }

  static void copy(S3Client client, Consumer<CopyObjectRequest.Builder> more) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket("b")
            .sourceKey("k")
            .destinationBucket("b")
            .destinationKey("c");
    more.accept(request);
    client.copyObject(request.build());
  }
}
