package io.claviger.e2e.env;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real LocalStack, one for all suites of a run: the one that {@code CLAVIGER_LOCALSTACK_ENDPOINT}
 * names, else a container where a Docker engine runs, else the script of this repository. When none
 * can be had the suites fail; they never skip.
 */
public final class LocalStackServer {
  private static final String VERSION = "4.14.0";
  private static final int START_SECONDS = 300;
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
    String named = System.getenv("CLAVIGER_LOCALSTACK_ENDPOINT");
    if (named != null) {
      return URI.create(named);
    }
    return DockerClientFactory.instance().isDockerAvailable() ? container() : script();
  }

  @SuppressWarnings("resource") // lives as long as the run
  private static URI container() {
    LocalStackContainer container =
        new LocalStackContainer(DockerImageName.parse("localstack/localstack:" + VERSION))
            .withServices("s3");
    container.start();
    return container.getEndpoint();
  }

  private static URI script() {
    try {
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      Process process =
          new ProcessBuilder(Path.of("env", "localstack.sh").toString(), String.valueOf(port))
              .redirectErrorStream(true)
              .redirectOutput(Path.of("target", "localstack.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      URI started = URI.create("http://localhost:" + port);
      awaitHealth(started, process);
      return started;
    } catch (IOException e) {
      throw new IllegalStateException("LocalStack cannot be started: " + e.getMessage(), e);
    }
  }

  private static void awaitHealth(URI server, Process process) {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest health =
        HttpRequest.newBuilder(server.resolve("/_localstack/health")).GET().build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < deadline) {
      try {
        if (http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // asked again below, until the process ends or the time is over
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while LocalStack started", e);
      }
      try {
        if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException(
              "LocalStack ended with %d; see src-test-e2e/target/localstack.log"
                  .formatted(process.exitValue()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while LocalStack started", e);
      }
    }
    throw new IllegalStateException(
        "LocalStack did not answer within %d s; see src-test-e2e/target/localstack.log"
            .formatted(START_SECONDS));
  }
}
