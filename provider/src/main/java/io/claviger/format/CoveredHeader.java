package io.claviger.format;

/** What stands beside an object and is covered by a metadata tag, in the order of the tags. */
public enum CoveredHeader {
  /** All user metadata but the envelope's own fields. */
  USER_METADATA("user metadata", true),
  CONTENT_TYPE("Content-Type", false),
  CONTENT_ENCODING("Content-Encoding", true),
  CONTENT_DISPOSITION("Content-Disposition", false),
  CONTENT_LANGUAGE("Content-Language", false),
  CACHE_CONTROL("Cache-Control", false),
  EXPIRES("Expires", false);

  private final String text;
  private final boolean checkedWhenNotSent;

  CoveredHeader(String text, boolean checkedWhenNotSent) {
    this.text = text;
    this.checkedWhenNotSent = checkedWhenNotSent;
  }

  /** Returns the name of the header, or "user metadata". */
  public String text() {
    return text;
  }

  /**
   * Whether a reader refuses one that the writer did not send. Stores add the others by themselves,
   * a default Content-Type for instance.
   */
  boolean checkedWhenNotSent() {
    return checkedWhenNotSent;
  }
}
