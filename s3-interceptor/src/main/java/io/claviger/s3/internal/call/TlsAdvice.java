package io.claviger.s3.internal.call;

import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Says what to do when TLS fails in a sub-request: the SDK reveals nothing of the HTTP client of
 * the caller's client, so its trust store, client certificate and proxy are not known here.
 */
public final class TlsAdvice implements ExecutionInterceptor {
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    Throwable failure = context.exception();
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 16; depth++, cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return SdkClientException.create(
            "TLS failed in a request of Claviger's own (%s). Such requests have connections of their own, which do not know the trust store, client certificate or proxy of your client's HTTP client. Give them an HTTP client that has them, with the interceptor's option httpClient(..)"
                .formatted(cause.getMessage()),
            failure);
      }
    }
    return failure;
  }
}
