package io.claviger.hadoop;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Counts what goes to the store; named in a configuration, as an interceptor of the user's. */
public final class CountedRequests implements ExecutionInterceptor {
  static final AtomicInteger GETS = new AtomicInteger();

  /** For S3A. */
  public CountedRequests() {}

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    if (context.request() instanceof GetObjectRequest) {
      GETS.incrementAndGet();
    }
  }
}
