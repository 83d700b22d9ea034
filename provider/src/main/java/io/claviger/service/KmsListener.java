package io.claviger.service;

import io.claviger.kms.ErrorKind;

/**
 * Hears what the service does, for metrics and audit. Called on the thread of the operation, so
 * every method must return quickly; what it throws is logged and goes no further.
 *
 * <p>Threads: called by many at once.
 */
public interface KmsListener {
  /** Hears every operation that ended, well or not. */
  default void operationFinished(OperationRecord operation) {}

  /** Hears that an attempt failed and another one follows; {@code attempt} counts from 1. */
  default void retried(String operation, int attempt, ErrorKind failure) {}

  /** Hears that the service changed; {@code version} is that of the running backend. */
  default void statusChanged(ServiceStatus status, long version) {}
}
