package io.claviger.bulk.spark;

import com.adobe.testing.s3mock.S3MockApplication;
import io.claviger.backend.memory.MemoryBackend;
import io.claviger.bulk.ClientSource;
import io.claviger.bulk.Clients;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.PlaintextObjects;
import io.claviger.same.S3Mock;
import io.claviger.service.KmsManager;
import io.claviger.service.KmsServiceManager;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** One S3Mock for the tests of this JVM, keys in memory, and what another process would make. */
record Store() implements ClientSource {
  private static final long serialVersionUID = 1L;
  static final String KEY = "key-1";
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final S3MockApplication SERVER = S3Mock.start();
  private static final KmsServiceManager KEYS =
      KmsServiceManager.running(MemoryBackend.create(), KEY);
  static final S3Client PLAIN = client();

  static {
    KEYS.manager().createKey(KEY);
  }

  static final S3Client SEALING = client(interceptor());

  private static ClavigerInterceptor interceptor() {
    return ClavigerInterceptor.builder()
        .provider(new ClavigerProvider(KEYS))
        .plaintextObjects(PlaintextObjects.ALLOW)
        .build();
  }

  private static S3Client client(ExecutionInterceptor... interceptors) {
    return S3Client.builder()
        .endpointOverride(URI.create("http://localhost:" + SERVER.getHttpPort()))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
        .httpClient(ApacheHttpClient.create())
        .overrideConfiguration(c -> List.of(interceptors).forEach(c::addExecutionInterceptor))
        .build();
  }

  @Override
  public S3Client stored() {
    return PLAIN;
  }

  @Override
  public S3Client sealing() {
    return SEALING;
  }

  static Clients clients() {
    return Clients.of(PLAIN, SEALING);
  }

  static KmsManager keys() {
    return KEYS.manager();
  }

  /**
   * Makes a bucket that keeps versions, with plaintext, sealed, damaged and other objects.
   *
   * @param each so many of each
   */
  static String mixed(int each) {
    String name = "spark-" + ProcessHandle.current().pid() + "-" + BUCKETS.incrementAndGet();
    PLAIN.createBucket(b -> b.bucket(name));
    PLAIN.putBucketVersioning(
        b -> b.bucket(name).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    for (int i = 0; i < each; i++) {
      String number = "%03d, \"q\"".formatted(i);
      put(PLAIN, name, "plain/" + number, Map.of());
      put(SEALING, name, "sealed/" + number, Map.of());
      put(PLAIN, name, "damaged/" + number, Map.of("claviger-v", "1"));
      put(PLAIN, name, "theirs/" + number, Map.of("x-amz-key-v2", "AAAA"));
      PLAIN.putObject(b -> b.bucket(name).key(number + "/"), RequestBody.empty());
    }
    return name;
  }

  private static void put(S3Client s3, String bucket, String key, Map<String, String> metadata) {
    s3.putObject(b -> b.bucket(bucket).key(key).metadata(metadata), RequestBody.fromString(key));
  }
}
