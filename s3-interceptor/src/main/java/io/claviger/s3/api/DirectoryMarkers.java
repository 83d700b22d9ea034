package io.claviger.s3.api;

/** What is done with empty objects whose key ends in {@code /}, by which tools show folders. */
public enum DirectoryMarkers {
  /**
   * They are stored and read as they are, not sealed. The owner of the store can put one in the
   * place of a sealed object of such a name, which then reads as empty.
   */
  ACCEPT,
  /** They are sealed as any other object, and one that is not sealed is refused. */
  REFUSE
}
