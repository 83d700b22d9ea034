package io.claviger.e2e.env;

import java.net.URI;

/**
 * A real MinIO for all suites of a run, one process for http and one for https, each with objects
 * of its own: those that {@code CLAVIGER_MINIO_ENDPOINT} and {@code CLAVIGER_MINIO_TLS_ENDPOINT}
 * name, else the script of this repository, which builds MinIO first when its cache is empty. When
 * it cannot be had the suites fail; they never skip.
 */
public final class MinioServer {
  private static final String HEALTH = "/minio/health/ready";

  /** Minutes to build on two busy processors, seconds when it is in the cache. */
  private static final int START_SECONDS = 1_800;

  private static URI http;
  private static URI https;

  private MinioServer() {}

  /** Returns the plain http endpoint. */
  public static synchronized URI http() {
    if (http == null) {
      String named = System.getenv("CLAVIGER_MINIO_ENDPOINT");
      http =
          named != null
              ? URI.create(named)
              : ServerProcess.start("minio", "http", HEALTH, START_SECONDS);
    }
    return http;
  }

  /** Returns the https endpoint, with a certificate of its own. */
  public static synchronized URI https() {
    if (https == null) {
      String named = System.getenv("CLAVIGER_MINIO_TLS_ENDPOINT");
      https =
          named != null
              ? URI.create(named)
              : ServerProcess.start("minio", "https", HEALTH, START_SECONDS, "tls");
    }
    return https;
  }
}
