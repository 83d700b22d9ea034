package io.claviger.s3;

import io.claviger.format.FormatException;
import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns failures of keys into what callers meet: S3's own error where S3 has one, else ours. */
final class KeyFailures {
  private static final String OPTION =
      ". If callers know the key by another id or ARN, map it with the interceptor's option kmsKeyAlias";

  private KeyFailures() {}

  /** Returns what a writer meets; nothing was sent yet. */
  static SdkException whileWriting(String where, KmsException e) {
    return switch (e.kind()) {
      case KEY_NOT_FOUND ->
          S3Errors.of(400, "KMS.NotFoundException", where, e.getMessage() + OPTION);
      case INVALID_KEY_STATE ->
          S3Errors.of(400, "KMS.DisabledException", where, String.valueOf(e.getMessage()));
      default ->
          ClavigerS3Exception.of(
              where, e, e.isRetryable() ? ". Nothing was stored; repeat the call later" : "");
    };
  }

  /**
   * Returns what a reader meets. Never S3's own exception: a master key that is not there may as
   * well be metadata that somebody changed.
   */
  static ClavigerS3Exception whileReading(String where, KmsException e) {
    String advice =
        e.kind() == ErrorKind.KEY_NOT_FOUND
            ? ". The object's metadata names it: if it was deleted, bring it back; if the metadata was changed, restore it"
            : e.isRetryable() ? ". Nothing was read; repeat the call later" : "";
    return ClavigerS3Exception.of(where, e, advice);
  }

  /** Returns what a reader meets when envelope or bytes are refused. */
  static SdkException whileReading(String where, FormatException e) {
    return S3Errors.ofCustomerKey(where, e)
        .map(SdkException.class::cast)
        .orElseGet(() -> ClavigerS3Exception.of(where, e));
  }
}
