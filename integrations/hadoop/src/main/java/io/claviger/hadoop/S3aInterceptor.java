package io.claviger.hadoop;

import io.claviger.s3.ClavigerInterceptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configurable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The interceptor that S3A makes of a class name in {@code fs.s3a.audit.execution.interceptors},
 * and hands its configuration. {@link SealedS3AFileSystem} puts it there itself.
 *
 * <p>Settings: {@code fs.s3a.claviger.*}, see {@code docs/hadoop.md}. Where they are missing or
 * wrong the file system does not start. Beside the drop-in it is this one that acts, and seals
 * once. Refusals that would come again reach S3A as status 400, which it does not repeat.
 *
 * <p>Threads: safe after {@link #setConf}. Blocking: as {@link ClavigerInterceptor}; {@code
 * setConf} connects to the key service.
 */
public final class S3aInterceptor implements ExecutionInterceptor, Configurable {
  private volatile @Nullable Configuration conf;
  private volatile @Nullable ClavigerInterceptor sealing;

  /** For S3A, which finds this class by its name. */
  public S3aInterceptor() {}

  /**
   * Takes S3A's configuration and starts the key service, once for equal settings.
   *
   * @throws UncheckedIOException with what is missing or wrong and how to mend it
   */
  @Override
  public void setConf(@Nullable Configuration given) {
    if (given == null) {
      return;
    }
    try {
      sealing = Interceptors.of(S3aSettings.of(given));
      conf = given;
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public @Nullable Configuration getConf() {
    return conf;
  }

  private ClavigerInterceptor sealing() {
    ClavigerInterceptor known = sealing;
    if (known == null) {
      throw new IllegalStateException(
          "S3aInterceptor has no configuration, so it refuses every request. It is for fs.s3a.audit.execution.interceptors only; elsewhere use ClavigerInterceptor or claviger-s3-autoload");
    }
    return known;
  }

  private static <T> T translated(Supplier<T> hook) {
    try {
      return hook.get();
    } catch (RuntimeException e) {
      throw Refusals.forS3a(e);
    }
  }

  private static void translate(Runnable hook) {
    try {
      hook.run();
    } catch (RuntimeException e) {
      throw Refusals.forS3a(e);
    }
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    translate(() -> sealing().beforeExecution(context, attributes));
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return translated(() -> sealing().modifyRequest(context, attributes));
  }

  @Override
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return translated(() -> sealing().modifyHttpContent(context, attributes));
  }

  @Override
  public Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return translated(() -> sealing().modifyAsyncHttpContent(context, attributes));
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return translated(() -> sealing().modifyHttpRequest(context, attributes));
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    translate(() -> sealing().beforeTransmission(context, attributes));
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    translate(() -> sealing().afterTransmission(context, attributes));
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return translated(() -> sealing().modifyHttpResponse(context, attributes));
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Optional<InputStream> opened =
        translated(() -> sealing().modifyHttpResponseContent(context, attributes));
    return opened.equals(context.responseBody()) ? opened : opened.map(Refusals::translated);
  }

  @Override
  public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    Optional<Publisher<ByteBuffer>> opened =
        translated(() -> sealing().modifyAsyncHttpResponseContent(context, attributes));
    return opened.equals(context.responsePublisher())
        ? opened
        : opened.map(TranslatedPublisher::new);
  }

  @Override
  public void afterUnmarshalling(
      Context.AfterUnmarshalling context, ExecutionAttributes attributes) {
    translate(() -> sealing().afterUnmarshalling(context, attributes));
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    return translated(() -> sealing().modifyResponse(context, attributes));
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    translate(() -> sealing().afterExecution(context, attributes));
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    translate(() -> sealing().onExecutionFailure(context, attributes));
  }

  /** The SDK allows no exception of another class than the one thrown. */
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Throwable found = sealing().modifyException(context, attributes);
    Throwable translated = found instanceof RuntimeException e ? Refusals.forS3a(e) : found;
    return context.exception().getClass().isInstance(translated) ? translated : found;
  }
}
