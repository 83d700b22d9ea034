package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ForeignS3ec;
import io.claviger.encryption.ObjectOpener;
import io.claviger.kms.EncryptionContext;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Makes {@link SealedObject}s of what the store answers, and asks it ahead where an answer cannot
 * wait. Layouts that were proved are kept.
 *
 * <p>Threads: safe. Blocking: calls the key management service; {@link #ask} the store too.
 */
final class SealedObjects {
  private final Settings settings;
  private final EncryptionService encryption;
  private final SubRequests subRequests;
  private final LayoutCache cache = new LayoutCache();
  private final KeyEvidence evidence = new KeyEvidence();

  SealedObjects(Settings settings, EncryptionService encryption, SubRequests subRequests) {
    this.settings = settings;
    this.encryption = encryption;
    this.subRequests = subRequests;
  }

  /** Returns what is known of the layout of an object, of whatever version; null for nothing. */
  @Nullable KnownLayout known(Call call) {
    return cache.find(call.asked(), call.reading().versionId());
  }

  /**
   * What an answer says of an object, unproved.
   *
   * @param answer its headers
   * @param metadata user metadata in it
   * @param storedBytes the object's stored size
   */
  record Seen(SdkHttpHeaders answer, Map<String, String> metadata, long storedBytes) {
    boolean sealed() {
      return EncryptionService.isSealed(metadata);
    }

    StoredVersion version(Call call) {
      return StoredVersion.of(
          call.asked(), call.reading().versionId(), answer, storedBytes, metadata);
    }
  }

  /**
   * An object that was asked for ahead, or anew.
   *
   * @param seen what the store said of it
   * @param object opened, null if it is not sealed
   */
  record Described(Seen seen, @Nullable SealedObject object) {}

  /** As below. */
  SealedObject of(Call call, Seen seen, ExecutionAttributes attributes) {
    return of(call, seen.answer(), seen.metadata(), seen.storedBytes(), attributes);
  }

  /**
   * Returns the object that an answer describes; its data key is unwrapped.
   *
   * @param answer headers of a 2xx answer to a GET or HEAD of the object
   * @param metadata user metadata in it, which says that the object is sealed
   * @param storedBytes its size as the answer says
   */
  SealedObject of(
      Call call,
      SdkHttpHeaders answer,
      Map<String, String> metadata,
      long storedBytes,
      ExecutionAttributes attributes) {
    CustomerKeys.Given customer = call.customerKey;
    EncryptionContext stated = attributes.getAttribute(ClavigerInterceptor.ENCRYPTION_CONTEXT);
    ObjectOpener opener =
        encryption.openObject(
            call.asked(),
            metadata,
            settings.reader(),
            stated,
            customer == null ? null : customer.key());
    StoredVersion version =
        StoredVersion.of(call.asked(), call.reading().versionId(), answer, storedBytes, metadata);
    PinnedReads reads = reads(call, version, attributes);
    if (opener.isSingle()) {
      SealedObject object = new SingleObject(opener, version, reads);
      evidence.requireSame(version, metadata);
      return object;
    }
    return new MultiObject(opener, version, reads, cache, evidence, call.reading().range());
  }

  /** Returns what reads stored bytes of one version, besides the caller's own request. */
  PinnedReads reads(Call call, StoredVersion version, ExecutionAttributes attributes) {
    Supplier<S3Client> client = () -> subRequests.client(attributes);
    boolean sseSentOn = settings.options().sseParameters().sentOn();
    return new PinnedReads(version, client, call.reading().request(), sseSentOn);
  }

  /** Forgets the layout of an object, of whatever version: it was overwritten. */
  void forget(Call call) {
    KnownLayout known = known(call);
    if (known != null) {
      cache.forget(known);
    }
  }

  /**
   * Asks the store for the object with a HEAD of our own, under no condition of the caller's.
   *
   * @return null for an object that is not sealed, where such objects are allowed or it is a
   *     directory marker, and for one of another library, which its answer refuses or opens
   * @throws ClavigerS3Exception NOT_SEALED where they are not
   */
  @Nullable SealedObject ask(Call call, ExecutionAttributes attributes) {
    return describe(call, attributes).object();
  }

  /** As {@link #ask}, with what the store said. */
  Described describe(Call call, ExecutionAttributes attributes) {
    return describe(call, head(call, attributes), attributes);
  }

  /** As {@link #ask}, of an object that was seen. */
  Described describe(Call call, Seen seen, ExecutionAttributes attributes) {
    if (seen.sealed()) {
      return new Described(seen, of(call, seen, attributes));
    }
    if (!settings.allowsPlaintext()
        && !ForeignS3ec.wrote(seen.metadata())
        && !DirectoryMarkers.is(settings, call.asked(), seen.storedBytes())) {
      throw notSealed(call);
    }
    return new Described(seen, null);
  }

  /** Asks the store for an object's description, as {@link #ask}. */
  Seen head(Call call, ExecutionAttributes attributes) {
    SdkRequest request = call.reading().request();
    HeadObjectRequest.Builder head =
        HeadObjectRequest.builder()
            .bucket(call.asked().bucket())
            .key(call.asked().key())
            .versionId(call.reading().versionId())
            .requestPayer(RequestFields.text(request, "RequestPayer"))
            .expectedBucketOwner(RequestFields.text(request, "ExpectedBucketOwner"))
            .overrideConfiguration(SubRequests.raw(request));
    if (settings.options().sseParameters().sentOn()) {
      head.sseCustomerAlgorithm(RequestFields.text(request, "SSECustomerAlgorithm"))
          .sseCustomerKey(RequestFields.text(request, "SSECustomerKey"))
          .sseCustomerKeyMD5(RequestFields.text(request, "SSECustomerKeyMD5"));
    }
    HeadObjectResponse answer =
        PinnedReads.proved(
            call.where(), () -> subRequests.client(attributes).headObject(head.build()));
    SdkHttpHeaders headers = answer.sdkHttpResponse();
    Map<String, String> metadata = UserMetadata.of(headers);
    OptionalLong storedBytes = ObjectHeaders.number(headers, ObjectHeaders.CONTENT_LENGTH);
    return new Seen(headers, metadata, storedBytes.orElse(0));
  }

  static ClavigerS3Exception notSealed(Call call) {
    return ClavigerS3Exception.of(
        Failure.NOT_SEALED,
        call.where(),
        "the object is not sealed. If such objects are expected while you move over, set plaintextObjects(ALLOW); otherwise somebody replaced it: restore the object");
  }
}
