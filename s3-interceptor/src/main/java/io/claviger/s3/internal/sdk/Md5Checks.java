package io.claviger.s3.internal.sdk;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.s3.S3Configuration;

/**
 * The MD5 that the SDK has S3 append to the body of a GET ({@code x-amz-te: append-md5}) and, below
 * 2.30, compares with the ETag after a PUT. Both are of the bytes that other interceptors see, some
 * before and some behind this one, so the SDK is made to leave both out, by its own settings, for
 * one call.
 *
 * <p>Threads: as the SDK's attributes, one at a time for each call. Nothing blocks.
 */
public final class Md5Checks {
  private static final String S3 = "software.amazon.awssdk.services.s3.internal.";

  /** Gone with the comparison of ETags; then a client's configuration decides on both. */
  private static final boolean CONFIGURED =
      SdkInternals.isThere(
          S3 + "handlers.SyncChecksumValidationInterceptor$ChecksumCalculatingStreamProvider");

  /** Since then, of a GET; null before. */
  @SuppressWarnings("unchecked") // the type is the SDK's, by name
  private static final @Nullable ExecutionAttribute<Boolean> SKIPPED =
      (ExecutionAttribute<Boolean>)
          SdkInternals.constant(
              S3 + "checksums.ChecksumsEnabledValidator", "SKIP_MD5_TRAILING_CHECKSUM");

  private Md5Checks() {}

  /**
   * Leaves them out of a call.
   *
   * @return whether the SDK would have compared an ETag
   */
  public static boolean leaveOut(ExecutionAttributes attributes) {
    if (SKIPPED != null) {
      attributes.putAttribute(SKIPPED, true);
    }
    if (!CONFIGURED) {
      return false;
    }
    S3Configuration settings =
        attributes.getAttribute(SdkExecutionAttribute.SERVICE_CONFIG) instanceof S3Configuration s3
            ? s3
            : S3Configuration.builder().build();
    if (!settings.checksumValidationEnabled()) {
      return false;
    }
    attributes.putAttribute(
        SdkExecutionAttribute.SERVICE_CONFIG,
        settings.toBuilder().checksumValidationEnabled(false).build());
    return true;
  }
}
