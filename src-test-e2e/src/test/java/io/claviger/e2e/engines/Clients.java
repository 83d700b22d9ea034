package io.claviger.e2e.engines;

import io.claviger.backend.memory.MemoryBackend;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.ClavigerInterceptor;
import io.claviger.s3.api.ChangedMetadata;
import io.claviger.service.KmsServiceManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The clients of a run: sealing by an interceptor of their own or by the drop-in, and plain ones.
 */
final class Clients implements AutoCloseable {
  /** Both keys are there, whichever way they came. */
  static final String KEY = "orders";

  static final String OTHER_KEY = "orders-2027";

  final String bucket = "engine-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1000;
  final HookRecord hooks = new HookRecord();

  /** Sealing. */
  final S3Client s3;

  final S3AsyncClient async;

  /** Sends large bodies in parts, and gets them so. */
  final S3AsyncClient multipart;

  /** What is stored. */
  final S3Client plain;

  private final URI endpoint;
  final boolean dropIn;
  private final List<AutoCloseable> opened = new ArrayList<>();

  /**
   * @param dropIn whether the drop-in is on the class path
   */
  Clients(URI endpoint, boolean dropIn) throws IOException {
    if (dropIn && System.getProperty("claviger.key_dir") == null) {
      configureDropIn();
    }
    this.endpoint = endpoint;
    this.dropIn = dropIn;
    this.s3 = sealing(hooks.proxy());
    this.async = build(asyncBuilder(sealing(new ArrayList<>(), hooks.proxy())));
    this.multipart =
        build(asyncBuilder(sealing(new ArrayList<>(), hooks.proxy())).multipartEnabled(true));
    this.plain = build(builder(List.of()), true);
    plain.createBucket(b -> b.bucket(bucket));
  }

  /** Keys in a folder, as a program that knows nothing of Claviger has them. */
  private static void configureDropIn() throws IOException {
    Path folder = Files.createTempDirectory("engine");
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "of a test, and long enough");
    Map.of(
            "backend_type",
            "Local",
            "key_dir",
            folder.resolve("keys").toString(),
            "master_key_file",
            passphrase.toString(),
            "default_key_id",
            KEY,
            "allow_insecure_dev_defaults",
            "true",
            "s3.metadata",
            "REFUSE")
        .forEach((name, value) -> System.setProperty("claviger." + name, value));
    new ClavigerProvider().serviceManager().manager().createKey(KEY);
  }

  /** A sealing client with further interceptors behind. */
  S3Client sealing(ExecutionInterceptor... behind) {
    return build(builder(sealing(new ArrayList<>(), behind)), false);
  }

  /** A plain client with further interceptors. */
  S3Client plainWith(ExecutionInterceptor... interceptors) {
    return build(builder(List.of(interceptors)), true);
  }

  private List<ExecutionInterceptor> sealing(
      List<ExecutionInterceptor> all, ExecutionInterceptor... behind) {
    if (!dropIn) {
      all.add(Keys.INTERCEPTOR);
    }
    all.addAll(List.of(behind));
    return all;
  }

  /** Over native code, sealing by the drop-in alone; to be closed by the caller. */
  S3AsyncClient overCrt() {
    return S3AsyncClient.crtBuilder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(credentials())
        .build();
  }

  /** With an interceptor of its own, which re-wrapping asks for. */
  S3Client explicit() {
    return build(builder(List.of(Keys.INTERCEPTOR)), false);
  }

  private S3Client build(S3ClientBuilder builder, boolean leftAlone) {
    if (leftAlone) {
      builder.overrideConfiguration(
          c -> c.putExecutionAttribute(ClavigerInterceptor.OFF, Boolean.TRUE));
    }
    S3Client client = builder.build();
    opened.add(client);
    return client;
  }

  private S3AsyncClient build(S3AsyncClientBuilder builder) {
    S3AsyncClient client = builder.build();
    opened.add(client);
    return client;
  }

  /** Fails the scenario if an object of the bucket does not begin as a sealed one. */
  void requireNothingStoredInTheClear() {
    for (S3Object each : plain.listObjectsV2(b -> b.bucket(bucket)).contents()) {
      if (each.size() > 0) {
        byte[] bytes = plain.getObjectAsBytes(b -> b.bucket(bucket).key(each.key())).asByteArray();
        Scenario.require(
            bytes[0] == 'C' && bytes[1] == 'L' && bytes[2] == 'V' && bytes[3] == 'G',
            each.key() + " is not stored sealed");
      }
    }
  }

  private S3ClientBuilder builder(List<ExecutionInterceptor> interceptors) {
    S3ClientBuilder builder =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(credentials())
            .overrideConfiguration(c -> c.executionInterceptors(interceptors));
    return Sdk.has("software.amazon.awssdk.http.apache.ApacheHttpClient")
        ? builder.httpClientBuilder(ApacheHttpClient.builder())
        : builder; // a bundle with its successor alone
  }

  private S3AsyncClientBuilder asyncBuilder(List<ExecutionInterceptor> interceptors) {
    return S3AsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(credentials())
        .httpClientBuilder(NettyNioAsyncHttpClient.builder())
        .overrideConfiguration(c -> c.executionInterceptors(interceptors));
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create("claviger", "claviger-e2e"));
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  /** Made where they are used: a process with the drop-in has keys of its own. */
  private static final class Keys {
    static final ClavigerInterceptor INTERCEPTOR = interceptor();

    private static ClavigerInterceptor interceptor() {
      KmsServiceManager service = KmsServiceManager.running(MemoryBackend.create(), KEY);
      service.manager().createKey(KEY);
      service.manager().createKey(OTHER_KEY);
      return ClavigerInterceptor.builder()
          .provider(new ClavigerProvider(service))
          .keyId(KEY)
          .metadata(ChangedMetadata.REFUSE)
          .build();
    }
  }
}
