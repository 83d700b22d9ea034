package io.claviger.bulk;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.same.S3Mock;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** One S3Mock for the tests of this JVM, keys in memory, and clients of both. */
public final class Stores {
  public static final String KEY = "key-1";
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final S3MockApplication SERVER = S3Mock.start();
  private static final KmsServiceManager KEYS = running();

  /** Without interceptors: what is stored. */
  public static final S3Client PLAIN = plain();

  /** Seals under {@link #KEY}. */
  public static final S3Client SEALING = sealing();

  private Stores() {}

  private static KmsServiceManager running() {
    KmsServiceManager keys = KmsServiceManager.running(MemoryBackend.create(), KEY);
    keys.manager().createKey(KEY);
    return keys;
  }

  public static ClavigerProvider provider() {
    return new ClavigerProvider(KEYS);
  }

  public static URI endpoint() {
    return URI.create("http://localhost:" + SERVER.getHttpPort());
  }

  /** Returns a client with these interceptors. */
  public static S3Client plain(ExecutionInterceptor... interceptors) {
    return plain(endpoint(), interceptors);
  }

  /** Returns a client of another store. */
  public static S3Client plain(URI endpoint, ExecutionInterceptor... interceptors) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
        .httpClient(ApacheHttpClient.create())
        .overrideConfiguration(c -> List.of(interceptors).forEach(c::addExecutionInterceptor))
        .build();
  }

  private static S3Client sealing() {
    return plain(ClavigerInterceptor.builder().provider(provider()).build());
  }

  /** Returns a client that seals under a new master key. */
  public static S3Client sealing(String newKey) {
    keys().createKey(newKey);
    return plain(ClavigerInterceptor.builder().provider(provider()).keyId(newKey).build());
  }

  /** Returns the master keys. */
  public static KmsManager keys() {
    return KEYS.manager();
  }

  /** Makes a bucket and returns its name. */
  public static String bucket() {
    String name = "bulk-" + ProcessHandle.current().pid() + "-" + BUCKETS.incrementAndGet();
    PLAIN.createBucket(b -> b.bucket(name));
    return name;
  }
}
