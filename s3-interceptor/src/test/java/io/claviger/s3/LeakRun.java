package io.claviger.s3;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Reads {@value #READS} objects that are refused in their answer, and counts the buffers that Netty
 * finds lost. Argument: refused (ours refuses a plaintext object), cold (ours asks again for a
 * multipart object that it has not seen), thrown (another interceptor throws).
 */
final class LeakRun {
  static final int READS = 30;
  static final String ANSWERS = "answers: " + READS;

  private static final String THROWN = "thrown";
  private static final String COLD = "cold";
  private static final int PART = 5 << 20;
  private static final AtomicInteger LEAKS = new AtomicInteger();

  static {
    watch(); // before the first of Netty's classes
  }

  private static final SdkHttpClient SUB_REQUESTS = Clients.apache();

  private LeakRun() {}

  private static final class Counting<T> extends ResourceLeakDetector<T> {
    Counting(Class<?> type, int interval) {
      super(type, interval);
    }

    @Override
    protected void reportTracedLeak(String type, String records) {
      LEAKS.incrementAndGet();
    }

    @Override
    protected void reportUntracedLeak(String type) {
      LEAKS.incrementAndGet();
    }
  }

  private static final class Throwing implements ExecutionInterceptor {
    @Override
    public SdkHttpResponse modifyHttpResponse(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      throw new IllegalStateException(THROWN);
    }
  }

  /** Leaks are reported at the next allocation after the collector found them. */
  private static void watch() {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          @SuppressWarnings("deprecation") // the one method to be implemented
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> type, int interval, long maxActive) {
            return new Counting<>(type, 1);
          }
        });
  }

  public static void main(String[] arguments) {
    String what = arguments[0];
    String bucket = MockStore.bucket();
    store(what, bucket);
    int answers = 0;
    for (int i = 0; i < READS; i++) {
      answers += endsAsItShould(what, bucket) ? 1 : 0;
    }
    try (S3AsyncClient plain = Clients.async(MockStore.endpoint())) {
      for (int i = 0; i < 20; i++) {
        System.gc();
        plain.getObject(b -> b.bucket(bucket).key("s"), AsyncResponseTransformer.toBytes()).join();
      }
    }
    System.out.printf("answers: %d, leaks: %d%n", answers, LEAKS.get());
    System.exit(0);
  }

  private static void store(String what, String bucket) {
    MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("s"), RequestBody.fromBytes(new byte[9]));
    byte[] bytes = PutAndGetTest.bytes(what.equals(COLD) ? PART : PART / 5);
    if (what.equals(COLD)) {
      Multipart upload = Multipart.create(MockStore.with(interceptor()), bucket, "k");
      upload.complete(upload.parts(bytes, new byte[1]));
    } else {
      MockStore.PLAIN.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(bytes));
    }
  }

  /** An interceptor that was made for one read remembers no layout. */
  private static boolean endsAsItShould(String what, String bucket) {
    ExecutionInterceptor reader = what.equals(THROWN) ? new Throwing() : interceptor();
    try (S3AsyncClient s3 = Clients.async(MockStore.endpoint(), reader)) {
      s3.getObject(b -> b.bucket(bucket).key("k"), AsyncResponseTransformer.toBytes()).join();
      return what.equals(COLD);
    } catch (CompletionException e) {
      return what.equals(THROWN)
          ? String.valueOf(e.getMessage()).contains(THROWN)
          : e.getCause() instanceof ClavigerS3Exception refused
              && refused.failure() == Failure.NOT_SEALED;
    }
  }

  private static ExecutionInterceptor interceptor() {
    return TestKeys.interceptor().httpClient(SUB_REQUESTS).build();
  }
}
