package io.claviger.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.same.S3Mock;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** One S3Mock for all tests of this JVM, and clients of it; each test takes buckets of its own. */
final class MockStore {
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final S3MockApplication SERVER = S3Mock.start();

  /** Without interceptors: what lies in the store. */
  static final S3Client PLAIN = Clients.plain(endpoint());

  private MockStore() {}

  static URI endpoint() {
    return URI.create("http://localhost:" + SERVER.getHttpPort());
  }

  /** The same by https, with a certificate that it made itself. */
  static URI secureEndpoint() {
    return URI.create("https://localhost:" + SERVER.getPort());
  }

  /** Makes a bucket and returns its name. */
  static String bucket() {
    String name = "bucket-" + BUCKETS.incrementAndGet();
    PLAIN.createBucket(b -> b.bucket(name));
    return name;
  }

  static S3Client with(ExecutionInterceptor... interceptors) {
    return Clients.with(endpoint(), interceptors);
  }

  static ClavigerInterceptorBuilder interceptor() {
    return TestKeys.interceptor().httpClient(Clients.apache());
  }

  /** Returns an object as it lies in the store. */
  static ResponseBytes<GetObjectResponse> stored(String bucket, String key) {
    return PLAIN.getObjectAsBytes(b -> b.bucket(bucket).key(key));
  }

  static byte[] get(S3Client client, String bucket, String key) {
    return client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
  }
}
