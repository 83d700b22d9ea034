package io.claviger.s3.internal.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.SealRequest;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KmsException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.RequestNames;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.wire.SseHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What an object is to be sealed with: the key rule of its name, which nothing may contradict, the
 * caller's standard S3 encryption parameters, the per-request attributes and the interceptor's
 * settings, in this order. In mode {@code PASS_THROUGH} the parameters are for the store and are
 * ignored here.
 *
 * @param sseAlgorithm {@code AES256}, {@code aws:kms} or {@code customer}, reported to readers
 * @param keyId the master key, null for the provider's default key
 * @param reportedKeyId the key id as the caller wrote it, returned in the answer; null if none
 * @param context the encryption context
 * @param customer the customer-provided key (SSE-C), null for none
 * @param bucketKey whether a bucket key may serve the object
 * @param stated whether the request or its attributes say anything at all
 * @param ruled what the key rules say of the name
 */
public record SseRequest(
    String sseAlgorithm,
    @Nullable String keyId,
    @Nullable String reportedKeyId,
    EncryptionContext context,
    CustomerKeys.@Nullable Given customer,
    boolean bucketKey,
    boolean stated,
    RuledKey ruled) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The encryption parameters of a request, as they stand. */
  private record Parameters(
      @Nullable String sseAlgorithm,
      @Nullable String keyId,
      @Nullable String context,
      @Nullable Boolean bucketKey,
      CustomerKeys.@Nullable Given customer) {
    static final Parameters NONE = new Parameters(null, null, null, null, null);

    public static Parameters of(SdkRequest request, String where) {
      return new Parameters(
          request.getValueForField("ServerSideEncryption", String.class).orElse(null),
          request.getValueForField("SSEKMSKeyId", String.class).orElse(null),
          request.getValueForField("SSEKMSEncryptionContext", String.class).orElse(null),
          request.getValueForField("BucketKeyEnabled", Boolean.class).orElse(null),
          CustomerKeys.of(request, CustomerKeys.OF_REQUEST, where));
    }
  }

  /**
   * Reads a PutObject, CopyObject or CreateMultipartUpload.
   *
   * @throws S3Exception 400 for parameters that contradict each other, as S3 answers
   * @throws ClavigerS3Exception UNSUPPORTED for {@code aws:kms:dsse}, BAD_REQUEST for two keys or
   *     two contexts
   */
  public static SseRequest of(
      SdkRequest request, String where, Settings settings, ExecutionAttributes attributes) {
    Parameters given =
        settings.options().sseParameters().honoured()
            ? Parameters.of(request, where)
            : Parameters.NONE;
    requireConsistent(given, where);
    String keyId = attributes.getAttribute(RequestAttributes.KEY_ID);
    requireOneKey(given, keyId, where);
    EncryptionContext context = context(given, attributes, where);
    boolean stated = given.sseAlgorithm() != null || given.customer() != null || keyId != null;
    boolean bucketKey =
        given.bucketKey() == null ? settings.options().bucketKeys() : given.bucketKey();
    CustomerKeys.Given customer = given.customer();
    RuledKey ruled = RuledKey.of(RequestNames.of(request), where, settings);
    EncryptionContext chosen =
        context == null
            ? ruled.context(settings.encryptionContext(), false)
            : ruled.context(context, true);
    if (customer != null) {
      return new SseRequest(SealRequest.CUSTOMER, null, null, chosen, customer, false, true, ruled);
    }
    String asked = given.keyId() == null ? keyId : given.keyId();
    return new SseRequest(
        SseHeaders.KMS.equals(given.sseAlgorithm()) || keyId != null
            ? SseHeaders.KMS
            : SseHeaders.AES256,
        ruled.keyId(asked == null ? null : masterKey(asked, where, settings), settings),
        asked,
        chosen,
        null,
        bucketKey,
        stated || context != null,
        ruled);
  }

  private static void requireConsistent(Parameters given, String where) {
    String sseAlgorithm = given.sseAlgorithm();
    if (sseAlgorithm != null
        && !sseAlgorithm.equals(SseHeaders.AES256)
        && !sseAlgorithm.equals(SseHeaders.KMS)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "serverSideEncryption \"%s\": AES256 and aws:kms are possible. Use aws:kms"
              .formatted(sseAlgorithm));
    }
    if (sseAlgorithm != null && given.customer() != null) {
      throw S3Errors.invalidArgument(
          where,
          "serverSideEncryption %s and a customer-provided key (SSE-C) exclude each other. Give one"
              .formatted(sseAlgorithm));
    }
    if (!SseHeaders.KMS.equals(sseAlgorithm)
        && (given.keyId() != null || given.context() != null)) {
      throw S3Errors.invalidArgument(
          where,
          "ssekmsKeyId or ssekmsEncryptionContext without serverSideEncryption aws:kms. Set it, as S3 demands too");
    }
  }

  private static void requireOneKey(Parameters given, @Nullable String attribute, String where) {
    String other =
        given.customer() != null
            ? "a customer-provided key (SSE-C)"
            : given.keyId() == null ? attribute : given.keyId();
    if (attribute != null && !attribute.equals(other)) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "two keys: the request attribute KEY_ID says \"%s\", the encryption parameters %s. Give one"
              .formatted(attribute, other));
    }
  }

  private static @Nullable EncryptionContext context(
      Parameters given, ExecutionAttributes attributes, String where) {
    EncryptionContext attribute = attributes.getAttribute(RequestAttributes.ENCRYPTION_CONTEXT);
    EncryptionContext parameter = kmsContext(where, given.context());
    if (parameter != null && attribute != null && !parameter.equals(attribute)) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          where,
          "two encryption contexts that differ: ssekmsEncryptionContext and the request attribute. Give one");
    }
    return parameter == null ? attribute : parameter;
  }

  private static String masterKey(String asked, String where, Settings settings) {
    String alias = settings.keys().aliases().get(asked);
    if (alias == null
        && asked.startsWith("arn:")
        && !settings.provider().serviceManager().manager().takesArns()) {
      throw S3Errors.of(
          400,
          "KMS.NotFoundException",
          where,
          "key \"%s\" is not known here. Map it to a master key with the interceptor's option kmsKeyAlias"
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
          JSON.readValue(new String(json, StandardCharsets.UTF_8), new Entries()));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw S3Errors.invalidArgument(
          where,
          "ssekmsEncryptionContext is not base64 of a JSON object of strings. Encode it as S3 demands");
    } catch (KmsException e) {
      throw CallerExceptions.of(where, e, "");
    }
  }

  /** Returns what is returned of the encryption after sealing. */
  public SseAnswer answer() {
    return new SseAnswer(
        sseAlgorithm,
        reportedKeyId == null ? keyId : reportedKeyId,
        customer == null ? null : customer.md5(),
        bucketKey && customer == null);
  }

  private static final class Entries extends TypeReference<Map<String, String>> {}

  /** Returns what the encryption service is asked for, for an object named {@code bound}. */
  public SealRequest seal(ObjectName bound, Settings settings) {
    return new SealRequest(
        bound,
        keyId,
        context,
        settings.names(),
        sseAlgorithm,
        customer == null ? null : customer.key(),
        bucketKey);
  }
}
