package io.claviger.service;

import org.jspecify.annotations.Nullable;

/**
 * Where the service stands.
 *
 * @param state the state
 * @param message what went wrong, in state ERROR only
 */
public record ServiceStatus(State state, @Nullable String message) {
  static final ServiceStatus NOT_CONFIGURED = new ServiceStatus(State.NOT_CONFIGURED, null);
  static final ServiceStatus CONFIGURED = new ServiceStatus(State.CONFIGURED, null);
  static final ServiceStatus RUNNING = new ServiceStatus(State.RUNNING, null);

  /** The states of the service. */
  public enum State {
    /** {@code configure} was not called yet. */
    NOT_CONFIGURED,
    /** Configured; {@code start} was not called yet, or {@code stop} was. */
    CONFIGURED,
    /** Answers calls. */
    RUNNING,
    /** The start or the last health check failed. */
    ERROR
  }

  static ServiceStatus error(@Nullable String message) {
    return new ServiceStatus(State.ERROR, message);
  }

  /** Whether calls are answered and the last health check did not fail. */
  public boolean isRunning() {
    return state == State.RUNNING;
  }
}
