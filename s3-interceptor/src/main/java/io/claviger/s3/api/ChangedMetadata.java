package io.claviger.s3.api;

/** What is done with user metadata and headers that are not as the writer sent them. */
public enum ChangedMetadata {
  /** Reading the object is an error. */
  REFUSE,
  /** The object is read; a log entry, a counter and an audit event say what differs. */
  WARN,
  /** Nothing: they are not compared. */
  IGNORE
}
