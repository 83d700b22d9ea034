package io.claviger.backend.awskms;

import io.claviger.kms.ErrorKind;
import io.claviger.kms.KmsException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/**
 * What an answer must have before anything is made of it. A proxy, a stub or another service at the
 * endpoint may answer 200 with less: an object that was sealed under that would never open.
 */
final class AwsAnswers {
  private AwsAnswers() {}

  /**
   * Returns a field of bytes, which the caller owns.
   *
   * @throws KmsException UNAVAILABLE if it is missing or empty
   */
  static byte[] bytes(@Nullable SdkBytes field, String name, String action, AwsKeyId id) {
    byte[] bytes = field == null ? new byte[0] : field.asByteArrayUnsafe();
    if (bytes.length == 0) {
      throw without(name, action, id);
    }
    return bytes;
  }

  /**
   * Returns the key that was used.
   *
   * @throws KmsException UNAVAILABLE if the answer names none, or another one than was asked for
   */
  static String key(@Nullable String arn, String action, AwsKeyId id) {
    if (arn == null || arn.isEmpty()) {
      throw without("KeyId", action, id);
    }
    if (!id.means(arn)) {
      throw wrong(id, "%s was answered for another key, %s".formatted(action, arn));
    }
    return arn;
  }

  /** Returns a failure: the answer lacks a field that AWS KMS always gives. */
  static KmsException without(String name, String action, AwsKeyId id) {
    return wrong(id, "%s was answered without %s".formatted(action, name));
  }

  private static KmsException wrong(AwsKeyId id, String found) {
    return KmsException.of(
        ErrorKind.UNAVAILABLE,
        "%s: %s. Nothing was done with the answer, AWS KMS itself gives none such; check endpoint_url and what stands between"
            .formatted(id.subject(), found));
  }
}
