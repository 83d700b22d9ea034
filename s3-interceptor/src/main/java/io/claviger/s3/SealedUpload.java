package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.kms.KmsException;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.body.CallersSource;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.call.RuledKey;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.RequestNames;
import io.claviger.s3.internal.wire.SseHeaders;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object sealed for an upload that passes no interceptor: by a presigned URL.
 *
 * <pre>{@code
 * SealedUpload upload = SealedUpload.of(interceptor, request, source, plainBytes);
 * var url = presigner.presignPutObject(
 *     b -> b.signatureDuration(Duration.ofMinutes(5)).putObjectRequest(upload.request()));
 * // send upload.open() to url.url() with the headers of url.signedHeaders()
 * }</pre>
 *
 * <p>Threads: safe. Blocking: making one calls the key management service; the rest does not.
 */
public final class SealedUpload {
  private final String where;
  private final ObjectSealer sealer;
  private final CallersSource source;
  private final PutObjectRequest request;

  private SealedUpload(
      String where, ObjectSealer sealer, ContentStreamProvider source, PutObjectRequest request) {
    this.where = where;
    this.sealer = sealer;
    this.source = new CallersSource(where, source);
    this.request = request;
  }

  /**
   * Obtains a data key for an object.
   *
   * @param interceptor whose keys and options are used
   * @param request bucket, key, metadata and headers; no encryption parameters and no checksums
   * @param source gives the plaintext, the same bytes each time
   * @param plainBytes how many bytes {@code source} gives
   * @throws ClavigerS3Exception if keys cannot be obtained or the object does not fit
   * @throws S3Exception 400 for an unknown master key
   */
  public static SealedUpload of(
      ClavigerInterceptor interceptor,
      PutObjectRequest request,
      ContentStreamProvider source,
      long plainBytes) {
    Settings settings = interceptor.settings();
    ObjectName asked = RequestNames.of(request);
    String where = asked.toString();
    UserMetadata.requireCallersOwn(where, request.metadata());
    if (request.serverSideEncryption() != null || request.sseCustomerAlgorithm() != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          where,
          "a sealed upload takes no encryption parameters: they would be signed into the URL. Set the key on the interceptor");
    }
    ObjectName bound = settings.bound(asked);
    RuledKey ruled = RuledKey.of(asked, where, settings);
    SealRequest seal =
        new SealRequest(
            bound,
            ruled.keyId(null, settings),
            ruled.context(settings.encryptionContext(), false),
            settings.names(),
            SseHeaders.AES256);
    try {
      ObjectSealer sealer = new EncryptionService(settings.provider()).sealObject(seal, plainBytes);
      UserMetadata.requireFits(where, request.metadata(), sealer.envelope());
      return new SealedUpload(where, sealer, source, signed(request, sealer));
    } catch (FormatException e) {
      throw CallerExceptions.of(where, e, Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw CallerExceptions.whileWriting(where, e);
    }
  }

  private static PutObjectRequest signed(PutObjectRequest request, ObjectSealer sealer) {
    Map<String, String> metadata = new HashMap<>(request.metadata());
    EnvelopeDraft envelope = Objects.requireNonNull(sealer.draft(), "draft");
    metadata.putAll(envelope.complete(Covered.of(request)));
    AwsRequestOverrideConfiguration override =
        request
            .overrideConfiguration()
            .map(AwsRequestOverrideConfiguration::toBuilder)
            .orElseGet(AwsRequestOverrideConfiguration::builder)
            .putExecutionAttribute(RequestAttributes.OFF, true)
            .build();
    return request.toBuilder()
        .metadata(metadata)
        .contentLength(sealer.storedBytes())
        .overrideConfiguration(override)
        .build();
  }

  /** Returns the request to be presigned: the caller's, with the envelope and the stored length. */
  public PutObjectRequest request() {
    return request;
  }

  /** Returns the length in bytes of what {@link #open} gives. */
  public long storedBytes() {
    return sealer.storedBytes();
  }

  /**
   * Returns the sealed bytes, the same at every call; the caller closes the stream. One thread at a
   * time.
   */
  public InputStream open() {
    InputStream plain = source.open();
    return SyncBody.sealed(where, plain, storedBytes(), () -> sealer.seal(plain));
  }
}
