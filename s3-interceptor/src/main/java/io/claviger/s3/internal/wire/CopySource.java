package io.claviger.s3.internal.wire;

import io.claviger.encryption.ObjectName;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;

/**
 * The object that a copy reads.
 *
 * @param name bucket and key, decoded
 * @param versionId the version asked for, null for the current one
 */
public record CopySource(ObjectName name, @Nullable String versionId) {
  private static final String VERSION = "?versionId=";
  private static final String ACCESS_POINT_KEY = "/object/";

  /** Whether {@code request} is a copy, of a whole object or of a part. */
  public static boolean isIn(SdkRequest request) {
    return request.sdkFields().stream().anyMatch(f -> f.memberName().equals("CopySource"));
  }

  /**
   * Reads the source of a CopyObject or UploadPartCopy, from either form.
   *
   * @throws ClavigerS3Exception BAD_REQUEST if it names no object
   */
  public static CopySource of(SdkRequest request, String where) {
    String bucket = request.getValueForField("SourceBucket", String.class).orElse(null);
    String key = request.getValueForField("SourceKey", String.class).orElse(null);
    if (bucket != null && key != null) {
      String version = request.getValueForField("SourceVersionId", String.class).orElse(null);
      return new CopySource(new ObjectName(bucket, key), version);
    }
    return parse(request.getValueForField("CopySource", String.class).orElse(""), where);
  }

  public static CopySource parse(String copySource, String where) {
    int question = copySource.lastIndexOf(VERSION);
    String path = question < 0 ? copySource : copySource.substring(0, question);
    String version =
        question < 0 ? null : decode(copySource.substring(question + VERSION.length()));
    String whole = decode(path); // some encode the leading slash too
    String decoded = whole.startsWith("/") ? whole.substring(1) : whole;
    boolean arn = decoded.startsWith("arn:");
    String separator = arn ? ACCESS_POINT_KEY : "/";
    int cut = decoded.indexOf(separator);
    if (cut <= 0 || cut + separator.length() >= decoded.length()) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "copySource \"%s\" names no object. Set sourceBucket and sourceKey"
              .formatted(copySource));
    }
    return new CopySource(
        new ObjectName(decoded.substring(0, cut), decoded.substring(cut + separator.length())),
        version);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // an unescaped % sign: stores take it as it is
    }
  }

  @Override
  public String toString() {
    return versionId == null ? name.toString() : name + " version " + versionId;
  }
}
