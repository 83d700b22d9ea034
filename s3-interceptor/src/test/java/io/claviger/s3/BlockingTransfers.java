package io.claviger.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * For {@link NoBlockingTest}, which runs it and expects a violation: every answer of this client
 * waits on its event loop.
 */
class BlockingTransfers {
  private static final class Waiting implements ExecutionInterceptor {
    @Override
    public SdkHttpResponse modifyHttpResponse(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      Thread.yield();
      return context.httpResponse();
    }
  }

  @Test
  void everyAnswerWaits() {
    String bucket = MockStore.bucket();
    byte[] plain = PutAndGetTest.bytes(6 << 20);
    try (S3AsyncClient s3 =
        Clients.async(
            MockStore.endpoint(),
            b -> b.multipartEnabled(true),
            MockStore.interceptor().build(),
            new Waiting())) {
      s3.putObject(b -> b.bucket(bucket).key("k"), AsyncRequestBody.fromBytes(plain)).join();
      assertThat(
              s3.getObject(b -> b.bucket(bucket).key("k"), AsyncResponseTransformer.toBytes())
                  .join()
                  .asByteArray())
          .isEqualTo(plain);
    }
  }
}
