package io.claviger.s3;

import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.sdk.SdkVersion;
import org.jspecify.annotations.Nullable;

/**
 * Refuses an AWS SDK that this module does not work with, where an interceptor is made: before a
 * request, and with a sentence in the place of a {@link LinkageError} in the middle of a call. What
 * is checked, version 2.24.6 and every member that is used, is {@link SdkVersion#problem}.
 */
final class SupportedSdk {
  private static final @Nullable String PROBLEM =
      SdkVersion.problem(
          "io/claviger/s3/ClavigerDropIn", "io/claviger/s3/Rewrap", "io/claviger/s3/SealedUpload");

  private SupportedSdk() {}

  /**
   * Requires an SDK of the range.
   *
   * @throws ClavigerS3Exception CONFIGURATION naming the version found, its jar and the range
   */
  static void require() {
    if (PROBLEM != null) {
      throw ClavigerS3Exception.of(
          Failure.CONFIGURATION,
          "",
          "Claviger does not work with this SDK, %s: %s. Nothing is sealed or opened; take a version of the range"
              .formatted(PROBLEM, SdkVersion.summary()));
    }
  }

  /** Returns the refusal of a call in which the SDK turned out to lack something. */
  static ClavigerS3Exception lacking(String where, LinkageError missing) {
    return ClavigerS3Exception.of(
        Failure.CONFIGURATION,
        where,
        "the AWS SDK lacks what this call needs, %s: %s. Its modules may be of several versions; take all of one version of the range"
            .formatted(missing.getMessage(), SdkVersion.summary()),
        missing);
  }
}
