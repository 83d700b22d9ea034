package io.claviger.s3.api;

/** Which sizes listings report. All are hints: only HeadObject proves a length. */
public enum ListSizes {
  /** Plaintext sizes; objects of 5 MiB and more cost a request each, once. */
  EXACT,
  /** Plaintext sizes where no request is needed, stored sizes otherwise. */
  ARITHMETIC,
  /** Stored sizes. */
  OFF
}
