package io.claviger.e2e.env;

import io.claviger.s3.ClavigerInterceptor;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The builder of the CRT client takes no interceptors; it calls those of the class path. The SDK
 * makes one of this class for every S3 client, and it is the interceptor in those that are built by
 * {@link #sealing}, nothing in all others.
 */
public final class ForCrtClients implements ExecutionInterceptor {
  private static final ThreadLocal<ExecutionInterceptor> BUILDING = new ThreadLocal<>();
  private static final ExecutionInterceptor NONE = new ExecutionInterceptor() {};

  private final ExecutionInterceptor on;

  /** For the SDK, which builds a client on this thread. */
  public ForCrtClients() {
    ExecutionInterceptor asked = BUILDING.get();
    on = asked == null ? NONE : asked;
  }

  /** Builds a client with the interceptor. */
  static <T> T sealing(ClavigerInterceptor interceptor, Supplier<T> building) {
    BUILDING.set(interceptor);
    try {
      return building.get();
    } finally {
      BUILDING.remove();
    }
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    on.beforeExecution(context, attributes);
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return on.modifyRequest(context, attributes);
  }

  @Override
  public Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return on.modifyAsyncHttpContent(context, attributes);
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return on.modifyHttpRequest(context, attributes);
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    on.beforeTransmission(context, attributes);
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return on.modifyHttpResponse(context, attributes);
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return on.modifyHttpResponseContent(context, attributes);
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return on.modifyAsyncHttpResponseContent(context, attributes);
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    return on.modifyResponse(context, attributes);
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    on.onExecutionFailure(context, attributes);
  }

  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    return on.modifyException(context, attributes);
  }
}
