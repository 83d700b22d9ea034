package io.claviger.e2e.env;

/**
 * Every call that the two servers answer differently, as far as the suites know: suites that meet
 * one ask here what to expect, {@code DifferencesIT} makes each call on both, and {@code
 * docs/servers.md} shows this table.
 */
public enum Difference {
  OBJECT_SIZE("Complete with a wrong `x-amz-mp-object-size`", "400 InvalidRequest", "accepted"),
  METADATA("user metadata over 2 KB", "accepted", "400 MetadataTooLarge"),
  SSE_KMS("`aws:kms` sent to the server, with no key of its own", "accepted", "501 NotImplemented"),
  SSE_C("a customer-provided key sent over http", "accepted", "400 InvalidRequest"),
  ABORT("Abort of an unknown upload", "404 NoSuchUpload", "accepted"),
  EMPTY_SUFFIX("range `bytes=-5` of an empty object", "200, 0 bytes", "206, 0 bytes"),
  UPLOAD_ID("length of an upload id", "128", "124"),
  UNSIGNED("PutObject that nobody signed", "accepted", "403 AccessDenied"),
  COPY_IF_MATCH(
      "copy onto itself with an `If-Match` that it does not meet",
      "412 PreconditionFailed",
      "accepted");

  private final String call;
  private final String localStack;
  private final String minio;

  Difference(String call, String localStack, String minio) {
    this.call = call;
    this.localStack = localStack;
    this.minio = minio;
  }

  /** Returns what the server answers, in words: a status, a code, or "accepted". */
  public String at(S3Server server) {
    return server == S3Server.LOCALSTACK ? localStack : minio;
  }

  /** Returns the line of the table in {@code docs/servers.md}. */
  public String row() {
    return "| %s | %s | %s |".formatted(call, localStack, minio);
  }
}
