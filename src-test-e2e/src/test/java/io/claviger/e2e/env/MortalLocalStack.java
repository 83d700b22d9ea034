package io.claviger.e2e.env;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/**
 * A LocalStack of one suite, which is killed and started again on the same port. It keeps nothing:
 * what was in it is gone then.
 */
public final class MortalLocalStack implements AutoCloseable {
  private static final int START_SECONDS = 600;

  private final int port;
  private Process script;

  public MortalLocalStack() {
    try {
      port = ServerProcess.freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  /** Starts it, and waits until it answers. */
  public void start() {
    script =
        ServerProcess.start(
            "localstack", port, "http", "/_localstack/health", START_SECONDS, "mortal");
  }

  /** Kills the server by SIGKILL, and waits until the script that ran it has cleaned up. */
  public void kill() {
    script.descendants().forEach(ProcessHandle::destroyForcibly);
    script.onExit().join();
  }

  public URI http() {
    return ServerProcess.address("http", port);
  }

  @Override
  public void close() {
    kill();
  }
}
