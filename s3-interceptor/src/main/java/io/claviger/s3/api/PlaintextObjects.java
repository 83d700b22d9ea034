package io.claviger.s3.api;

/** What is done with objects that are not sealed. */
public enum PlaintextObjects {
  /** Reading one is an error: somebody may have replaced a sealed object. */
  REJECT,
  /** They are read as they are, unauthenticated: for the time of a migration. */
  ALLOW
}
