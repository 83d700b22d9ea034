package io.claviger.e2e.env;

import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/** The real servers that the suites run over; where they differ stands in {@link Difference}. */
public enum S3Server {
  LOCALSTACK("LocalStack", LocalStackServer::http, LocalStackServer::https),
  MINIO("MinIO", MinioServer::http, MinioServer::https);

  private final String title;
  private final Supplier<URI> http;
  private final Supplier<URI> https;

  S3Server(String title, Supplier<URI> http, Supplier<URI> https) {
    this.title = title;
    this.http = http;
    this.https = https;
  }

  /** Returns the plain http endpoint, after starting the server when nobody has before. */
  public URI http() {
    return http.get();
  }

  /** Returns the https endpoint; it may be of another process with objects of its own. */
  public URI https() {
    return https.get();
  }

  /** Returns one endpoint for each set of objects: LocalStack's two show the same ones. */
  List<URI> stores() {
    return this == LOCALSTACK ? List.of(http()) : List.of(http(), https());
  }

  @Override
  public String toString() {
    return title;
  }
}
