package io.claviger.spark;

/** A driver or an executor that must not run. */
final class RefusedStart extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  RefusedStart(String message) {
    super(message);
  }
}
