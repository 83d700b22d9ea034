package io.claviger.s3;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.same.S3Mock;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * One S3Mock for all tests of this JVM and of those that they start, since starting one takes ten
 * seconds of a processor, and clients of it; each test takes buckets of its own.
 */
final class MockStore {
  private static final String HTTP = "claviger.test.s3mock.http";
  private static final String HTTPS = "claviger.test.s3mock.https";
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final Ports PORTS = ports();

  private record Ports(int http, int https) {}

  /** Without interceptors: what is stored. */
  static final S3Client PLAIN = Clients.plain(endpoint());

  private MockStore() {}

  private static Ports ports() {
    if (System.getProperty(HTTP) != null) {
      return new Ports(Integer.getInteger(HTTP), Integer.getInteger(HTTPS));
    }
    S3MockApplication server = S3Mock.start();
    return new Ports(server.getHttpPort(), server.getPort());
  }

  /** Returns {@code options} of a JVM, and those with which its tests find this server. */
  static List<String> sharedWith(List<String> options) {
    List<String> all = new ArrayList<>(options);
    all.add("-D" + HTTP + "=" + PORTS.http());
    all.add("-D" + HTTPS + "=" + PORTS.https());
    return all;
  }

  static URI endpoint() {
    return URI.create("http://localhost:" + PORTS.http());
  }

  /** The same by https, with a certificate that it made itself. */
  static URI secureEndpoint() {
    return URI.create("https://localhost:" + PORTS.https());
  }

  /** Makes a bucket and returns its name. */
  static String bucket() {
    String name = "bucket-" + ProcessHandle.current().pid() + "-" + BUCKETS.incrementAndGet();
    PLAIN.createBucket(b -> b.bucket(name));
    return name;
  }

  static S3Client with(ExecutionInterceptor... interceptors) {
    return Clients.with(endpoint(), interceptors);
  }

  static ClavigerInterceptorBuilder interceptor() {
    return TestKeys.interceptor().httpClient(Clients.apache());
  }

  /** Returns an object as it is stored. */
  static ResponseBytes<GetObjectResponse> stored(String bucket, String key) {
    return PLAIN.getObjectAsBytes(b -> b.bucket(bucket).key(key));
  }

  static byte[] get(S3Client client, String bucket, String key) {
    return client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
  }
}
