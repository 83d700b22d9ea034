package io.claviger.examples;

import com.adobe.testing.s3mock.S3MockApplication;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The S3 server: the one at an endpoint, or Adobe S3Mock inside this JVM. */
final class Store implements AutoCloseable {
  private final URI endpoint;
  private final @Nullable Embedded embedded;

  /** The server inside this JVM, and the temporary folder with all that it holds. */
  private record Embedded(S3MockApplication server, Path folder) {
    static Embedded start(int port) {
      Path folder = TemporaryFolders.create("claviger-store");
      Path tomcat = folder.resolve("tomcat");
      tomcat.toFile().deleteOnExit(); // a Tomcat that was stopped sometimes makes it again
      return new Embedded(
          S3MockApplication.start(
              new HashMap<>(
                  Map.of(
                      S3MockApplication.PROP_HTTP_PORT,
                      port,
                      S3MockApplication.PROP_HTTPS_PORT,
                      0,
                      S3MockApplication.PROP_SILENT,
                      true,
                      "server.address",
                      "127.0.0.1",
                      "com.adobe.testing.s3mock.store.root",
                      folder.resolve("store").toString(),
                      "server.tomcat.basedir",
                      tomcat.toString()))),
          folder);
    }

    void stop() {
      server.stop();
      TemporaryFolders.delete(folder);
    }
  }

  private Store(URI endpoint, @Nullable Embedded embedded) {
    this.endpoint = endpoint;
    this.embedded = embedded;
  }

  static Store open(@Nullable URI endpoint) {
    if (endpoint != null) {
      return new Store(endpoint, null);
    }
    return embedded(0);
  }

  /** Starts a server inside this JVM; port 0 takes a free one. */
  static Store embedded(int port) {
    Embedded started = Embedded.start(port);
    return new Store(URI.create("http://127.0.0.1:" + started.server().getHttpPort()), started);
  }

  URI endpoint() {
    return endpoint;
  }

  String describe() {
    return endpoint + (embedded == null ? "" : " (Adobe S3Mock inside this JVM)");
  }

  /** Returns a client as any application makes it; interceptors are the only difference. */
  S3Client client(ExecutionInterceptor... interceptors) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.of(System.getenv().getOrDefault("AWS_REGION", "us-east-1")))
        .credentialsProvider(credentials())
        .forcePathStyle(true)
        .overrideConfiguration(
            c -> {
              for (ExecutionInterceptor interceptor : interceptors) {
                c.addExecutionInterceptor(interceptor);
              }
            })
        .build();
  }

  /** The same for asynchronous clients; objects of 8 MiB and more go in parts. */
  S3AsyncClient asyncClient(ExecutionInterceptor interceptor) {
    return S3AsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.of(System.getenv().getOrDefault("AWS_REGION", "us-east-1")))
        .credentialsProvider(credentials())
        .forcePathStyle(true)
        .multipartEnabled(true)
        .overrideConfiguration(c -> c.addExecutionInterceptor(interceptor))
        .build();
  }

  private AwsCredentialsProvider credentials() {
    if (embedded != null || System.getenv("AWS_ACCESS_KEY_ID") == null) {
      return StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    }
    return DefaultCredentialsProvider.builder().build();
  }

  @Override
  public void close() {
    if (embedded != null) {
      embedded.stop();
    }
  }
}
