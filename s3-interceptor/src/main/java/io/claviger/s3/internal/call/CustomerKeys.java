package io.claviger.s3.internal.call;

import io.claviger.encryption.CustomerKey;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.SseHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The customer-provided key (SSE-C) of a request, checked as S3 checks it. */
public final class CustomerKeys {
  /** Field names of the SDK, before {@code SSECustomerAlgorithm} and so on. */
  public static final String OF_REQUEST = "";

  /** The same for the source of a copy. */
  public static final String OF_COPY_SOURCE = "CopySource";

  private static final String PREFIX = "SSECustomer";

  private CustomerKeys() {}

  /**
   * A customer-provided key as a request gave it.
   *
   * @param key the key
   * @param md5 base64 of its MD5, returned in answers
   */
  public record Given(CustomerKey key, String md5) {
    /** Returns the key of {@code given}, null for none. */
    public static @Nullable CustomerKey keyOf(@Nullable Given given) {
      return given == null ? null : given.key();
    }

    /** Returns the MD5 of {@code given}, null for none. */
    public static @Nullable String md5Of(@Nullable Given given) {
      return given == null ? null : given.md5();
    }

    @Override
    public String toString() {
      return "SSE-C key with MD5 " + md5;
    }
  }

  /**
   * Returns the key in {@code request}, null when it has none of the three fields.
   *
   * @throws S3Exception 400 when a field is missing or wrong
   */
  public static @Nullable Given of(SdkRequest request, String kind, String where) {
    String algorithm = field(request, kind + PREFIX + "Algorithm");
    String key = field(request, kind + PREFIX + "Key");
    String md5 = field(request, kind + PREFIX + "KeyMD5");
    if (algorithm == null && key == null && md5 == null) {
      return null;
    }
    if (algorithm == null || key == null || md5 == null) {
      throw S3Errors.invalidArgument(
          where,
          "SSE-C takes three parameters, %s is missing. Set algorithm AES256, the key in base64 and the base64 of its MD5"
              .formatted(
                  algorithm == null
                      ? "sseCustomerAlgorithm"
                      : key == null ? "sseCustomerKey" : "sseCustomerKeyMD5"));
    }
    if (!algorithm.equals(SseHeaders.AES256)) {
      throw S3Errors.of(
          400,
          "InvalidEncryptionAlgorithmError",
          where,
          "sseCustomerAlgorithm \"%s\": only AES256 is possible".formatted(algorithm));
    }
    byte[] bytes = decoded(key, where);
    if (!md5Of(bytes).equals(md5.trim())) {
      throw S3Errors.invalidArgument(
          where,
          "sseCustomerKeyMD5 is not the MD5 of sseCustomerKey. Compute it of the 32 decoded bytes");
    }
    return new Given(CustomerKey.of(bytes), md5.trim());
  }

  /** Returns the key of the request itself where callers' parameters are honoured here. */
  public static @Nullable Given honoured(Settings settings, SdkRequest request, String where) {
    return settings.options().sseParameters().honoured() ? of(request, OF_REQUEST, where) : null;
  }

  private static byte[] decoded(String base64, String where) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64.trim());
      if (bytes.length == CustomerKey.BYTES) {
        return bytes;
      }
      throw S3Errors.invalidArgument(
          where,
          "sseCustomerKey has %d bytes, AES256 takes %d"
              .formatted(bytes.length, CustomerKey.BYTES));
    } catch (IllegalArgumentException e) {
      throw S3Errors.invalidArgument(where, "sseCustomerKey is not base64. Encode the 32 bytes");
    }
  }

  private static @Nullable String field(SdkRequest request, String name) {
    return request.getValueForField(name, String.class).orElse(null);
  }

  private static String md5Of(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
