package io.claviger.e2e.env;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server that a script of {@code src-test-e2e/env} runs until this JVM ends. */
final class ServerProcess {
  private ServerProcess() {}

  /**
   * Runs {@code env/SCRIPT.sh PORT more...} on a free port and waits until {@code health} answers
   * 200. The time covers the script's own installing or building. The output is in {@code
   * target/SCRIPT.log}, or {@code target/SCRIPT-more.log}.
   *
   * @throws IllegalStateException when the script ends or the time is over, naming the log
   */
  static URI start(String script, String scheme, String health, int seconds, String... more) {
    try {
      int port = freePort();
      start(script, port, scheme, health, seconds, more);
      return address(scheme, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static URI address(String scheme, int port) {
    return URI.create("%s://localhost:%d".formatted(scheme, port));
  }

  /** Does the same on this port, and returns the script's process. */
  static Process start(
      String script, int port, String scheme, String health, int seconds, String... more) {
    String name = String.join("-", concat(script, more));
    Path log = Path.of("target", name + ".log");
    try {
      List<String> command =
          concat(Path.of("env", script + ".sh").toString(), String.valueOf(port));
      command.addAll(List.of(more));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      await(name, address(scheme, port).resolve(health), process, seconds);
      return process;
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s cannot be started: %s".formatted(name, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while %s started".formatted(name), e);
    }
  }

  private static List<String> concat(String first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all;
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static void await(String name, URI health, Process process, int seconds)
      throws InterruptedException {
    HttpClient http = HttpClient.newBuilder().sslContext(SelfSigned.context()).build();
    HttpRequest request = HttpRequest.newBuilder(health).GET().build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < deadline) {
      try {
        if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // asked again below, until the process ends or the time is over
      }
      if (process.waitFor(200, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "%s ended with %d; see src-test-e2e/target/%s.log"
                .formatted(name, process.exitValue(), name));
      }
    }
    throw new IllegalStateException(
        "%s did not answer within %d s; see src-test-e2e/target/%s.log"
            .formatted(name, seconds, name));
  }
}
