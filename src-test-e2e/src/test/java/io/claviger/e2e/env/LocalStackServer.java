package io.claviger.e2e.env;

import java.net.URI;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real LocalStack, one for all suites of a run: the one that {@code CLAVIGER_LOCALSTACK_ENDPOINT}
 * names, else a container where a Docker engine runs, else the script of this repository. With
 * {@code CLAVIGER_TEST_CONTAINERS=true} it is a container and nothing else. When none can be had
 * the suites fail; they never skip.
 */
public final class LocalStackServer {
  private static final String VERSION = "4.14.0";
  private static final int START_SECONDS = 600;
  private static URI endpoint;

  private LocalStackServer() {}

  /** Returns the plain http endpoint; https answers on the same port. */
  public static synchronized URI http() {
    if (endpoint == null) {
      endpoint = start();
    }
    return endpoint;
  }

  /** Returns the https endpoint, with a certificate of its own. */
  public static URI https() {
    return URI.create(http().toString().replace("http://", "https://"));
  }

  private static URI start() {
    boolean container = "true".equals(System.getenv("CLAVIGER_TEST_CONTAINERS"));
    String named = System.getenv("CLAVIGER_LOCALSTACK_ENDPOINT");
    if (named != null && !container) {
      return URI.create(named);
    }
    return container || DockerClientFactory.instance().isDockerAvailable()
        ? container()
        : ServerProcess.start("localstack", "http", "/_localstack/health", START_SECONDS);
  }

  @SuppressWarnings("resource") // lives as long as the run
  private static URI container() {
    LocalStackContainer container =
        new LocalStackContainer(DockerImageName.parse("localstack/localstack:" + VERSION))
            .withServices("s3", "kms");
    container.start();
    return container.getEndpoint();
  }
}
