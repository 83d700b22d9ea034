package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.s3.ClavigerS3Exception.Failure;
import io.claviger.s3.S3Operations.Action;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.auth.signer.AwsSignerExecutionAttribute;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** Decides what is done with an API call, by the table of operations and the settings. */
final class Calls {
  private final Settings settings;
  private final CopyObjectHooks copies;
  private final MetadataCheck metadata;
  private final AsyncObjectReader asyncReader;
  private final Map<Action, OperationHooks> hooks = new EnumMap<>(Action.class);
  private final Map<String, OperationHooks> uploadHooks;

  Calls(Settings settings, PlainSizes sizes, ClavigerInterceptor interceptor) {
    this.settings = settings;
    this.metadata = new MetadataCheck(settings.options().metadata());
    EncryptionService encryption = new EncryptionService(settings.provider());
    SubRequests subRequests = new SubRequests(settings.options(), interceptor);
    SealedObjects objects = new SealedObjects(settings, encryption, subRequests);
    ObjectReader reader = new ObjectReader(settings, objects);
    this.asyncReader = new AsyncObjectReader(settings, objects);
    this.copies = new CopyObjectHooks(settings, encryption, subRequests);
    hooks.put(Action.SEAL, new PutObjectHandler(settings, encryption));
    hooks.put(Action.OPEN, reader);
    hooks.put(Action.HEAD, reader);
    hooks.put(Action.ATTRIBUTES, new AttributesHandler(settings, objects));
    hooks.put(Action.COPY, copies);
    hooks.put(Action.LIST, new ListHooks(settings, sizes, subRequests));
    Uploads uploads = new Uploads(settings, encryption);
    UploadPartHandler parts = new UploadPartHandler(settings, uploads);
    ListUploadsHooks listings = new ListUploadsHooks(settings);
    this.uploadHooks =
        Map.of(
            "CreateMultipartUpload", new CreateUploadHooks(settings, encryption),
            "UploadPart", parts,
            "UploadPartCopy", new PartCopyHooks(settings, parts, subRequests),
            "CompleteMultipartUpload", new CompleteUploadHooks(settings, uploads, subRequests),
            "AbortMultipartUpload", new AbortUploadHooks(uploads),
            "ListParts", listings,
            "ListMultipartUploads", listings);
  }

  /** Returns what compares user metadata and headers of answers. */
  MetadataCheck metadata() {
    return metadata;
  }

  CopyObjectHandler copies() {
    return copies.handler();
  }

  OperationHooks hooks(Call call) {
    if (call.async && (call.action() == Action.OPEN || call.action() == Action.HEAD)) {
      return asyncReader;
    }
    return Objects.requireNonNull(
        call.action() == Action.UPLOAD
            ? uploadHooks.get(call.operation())
            : hooks.get(call.action()),
        "hooks");
  }

  @SuppressWarnings("ReferenceEquality") // providers are maps: two over other keys may be equal
  void requireSame(Call known) {
    boolean same =
        known.settings().provider() == settings.provider() && known.settings().equals(settings);
    if (!same) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          known.where(),
          "two Claviger interceptors with different settings in one client. Register one");
    }
  }

  Call begin(CallHooks actor, SdkRequest request, ExecutionAttributes attributes) {
    String operation =
        Objects.requireNonNullElse(
            attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME), "");
    ObjectName asked = RequestNames.of(request);
    if (Attributes.ofAnotherCopy(attributes, Call.ATTRIBUTE) != null) {
      throw ClavigerS3Exception.of(
          Failure.CONFIGURATION,
          asked.toString(),
          "two copies of Claviger, of two class loaders, have an interceptor in one client: the object would be sealed twice. Register one");
    }
    S3Operations.Rule rule =
        S3Operations.rule(operation, () -> RequestNames.carriesObject(request));
    boolean async = attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.ASYNC;
    boolean off = Boolean.TRUE.equals(attributes.getAttribute(ClavigerInterceptor.OFF));
    if (off || rule.action() == Action.PASS || !concerns(request, asked)) {
      return new Call(this, actor, settings, operation, Action.PASS, asked, async);
    }
    if (attributes.getAttribute(AwsSignerExecutionAttribute.PRESIGNER_EXPIRATION) != null) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          asked.toString(),
          operation
              + " is not presigned: whoever uses the URL would store or get bytes past the sealing. For an upload presign the request of SealedUpload, which seals first");
    }
    if (rule.action() == Action.REFUSE) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED, asked.toString(), operation + " is refused: " + rule.reason());
    }
    return new Call(this, actor, settings, operation, rule.action(), asked, async);
  }

  /** Whether a bucket of ours takes part: the request's own or that of a copy's source. */
  private boolean concerns(SdkRequest request, ObjectName asked) {
    return settings.covers(settings.reader().bound(asked).bucket())
        || CopySource.isIn(request) && CopyObjectHooks.readsFromUs(settings, request);
  }
}
