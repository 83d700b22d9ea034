package io.claviger.e2e.env;

import java.net.URI;

/**
 * A moto server, one for all suites of a run: the one that {@code CLAVIGER_MOTO_ENDPOINT} names,
 * else the script of this repository. Where none can be had the suites fail; they never skip.
 */
public final class MotoServer {
  private static final String HEALTH = "/moto-api/";
  private static final int START_SECONDS = 600;
  private static URI endpoint;

  private MotoServer() {}

  /** Returns the plain http endpoint. */
  public static synchronized URI http() {
    if (endpoint == null) {
      String named = System.getenv("CLAVIGER_MOTO_ENDPOINT");
      endpoint =
          named != null
              ? URI.create(named)
              : ServerProcess.start("moto", "http", HEALTH, START_SECONDS);
    }
    return endpoint;
  }

  /** Returns the endpoint of one more server, whose IAM policies count. */
  public static URI startWithIam() {
    return ServerProcess.start("moto", "http", HEALTH, START_SECONDS, "iam");
  }
}
