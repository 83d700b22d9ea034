package io.claviger.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * What an object is to be sealed with: the caller's standard S3 encryption parameters, the
 * per-request attributes and the interceptor's settings, in this order. The parameters are honoured
 * here and never sent on.
 *
 * @param word {@code AES256} or {@code aws:kms}, told back to readers
 * @param keyId the master key, null for the provider's default key
 * @param reportedKeyId the key id as the caller wrote it, told back in the answer; null if none
 * @param context the encryption context
 */
record SseRequest(
    String word,
    @Nullable String keyId,
    @Nullable String reportedKeyId,
    EncryptionContext context) {
  static final String AES256 = "AES256";
  static final String KMS = "aws:kms";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads a PUT.
   *
   * @param keyId the per-request key id, null when not set
   * @param context the per-request context, null when not set
   * @throws ClavigerS3Exception UNSUPPORTED for a customer's key and {@code aws:kms:dsse},
   *     BAD_REQUEST for parameters that contradict each other or a key id without an alias
   */
  static SseRequest of(
      PutObjectRequest put,
      String where,
      Settings settings,
      @Nullable String keyId,
      @Nullable EncryptionContext context) {
    String word = put.serverSideEncryptionAsString();
    refuseCustomerKey(
        where, put.sseCustomerAlgorithm(), put.sseCustomerKey(), put.sseCustomerKeyMD5());
    if (word != null && !word.equals(AES256) && !word.equals(KMS)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "serverSideEncryption \"%s\": AES256 and aws:kms are possible. Use aws:kms"
              .formatted(word));
    }
    boolean kms = KMS.equals(word);
    if (!kms && (put.ssekmsKeyId() != null || put.ssekmsEncryptionContext() != null)) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "ssekmsKeyId or ssekmsEncryptionContext without serverSideEncryption aws:kms. Set it, as S3 demands too");
    }
    EncryptionContext stated = kmsContext(where, put.ssekmsEncryptionContext());
    if (stated != null && context != null && !stated.equals(context)) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "two encryption contexts that differ: ssekmsEncryptionContext and the request attribute. Give one");
    }
    EncryptionContext chosen = stated == null ? context : stated;
    String asked = put.ssekmsKeyId() == null ? keyId : put.ssekmsKeyId();
    return new SseRequest(
        kms || keyId != null ? KMS : AES256,
        asked == null ? settings.keyId() : masterKey(asked, where, settings),
        asked,
        chosen == null ? settings.encryptionContext() : chosen);
  }

  /** Refuses the parameters of SSE-C. */
  static void refuseCustomerKey(
      String where, @Nullable String algorithm, @Nullable String key, @Nullable String md5) {
    if (algorithm != null || key != null || md5 != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "sseCustomerAlgorithm: customer keys (SSE-C) are not supported by this version. Use serverSideEncryption aws:kms with a key id");
    }
  }

  private static String masterKey(String asked, String where, Settings settings) {
    String alias = settings.kmsKeyAliases().get(asked);
    if (alias == null && asked.startsWith("arn:")) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "key \"%s\" is not known here. Map it to a master key with the interceptor's option kmsKeyAliases"
              .formatted(asked));
    }
    return alias == null ? asked : alias;
  }

  private static @Nullable EncryptionContext kmsContext(String where, @Nullable String base64) {
    if (base64 == null) {
      return null;
    }
    try {
      byte[] json = Base64.getDecoder().decode(base64);
      return EncryptionContext.of(
          JSON.readValue(new String(json, java.nio.charset.StandardCharsets.UTF_8), new Entries()));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "ssekmsEncryptionContext is not base64 of a JSON object of strings. Encode it as S3 demands");
    } catch (KmsException e) {
      throw ClavigerS3Exception.of(where, e, "");
    }
  }

  private static final class Entries extends TypeReference<Map<String, String>> {}
}
