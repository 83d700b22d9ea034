package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectName;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.LeftAlone;
import io.claviger.s3.internal.call.S3Operations;
import io.claviger.s3.internal.call.S3Operations.Action;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.copy.CopyExchange;
import io.claviger.s3.internal.copy.CopyPlanner;
import io.claviger.s3.internal.copy.PartCopyExchange;
import io.claviger.s3.internal.list.ListExchange;
import io.claviger.s3.internal.list.PlainSizeFinder;
import io.claviger.s3.internal.multipart.AbortUploadExchange;
import io.claviger.s3.internal.multipart.CompleteUploadExchange;
import io.claviger.s3.internal.multipart.CreateUploadExchange;
import io.claviger.s3.internal.multipart.ListPartsExchange;
import io.claviger.s3.internal.multipart.ListUploadsExchange;
import io.claviger.s3.internal.multipart.UploadPartExchange;
import io.claviger.s3.internal.multipart.Uploads;
import io.claviger.s3.internal.read.AttributesExchange;
import io.claviger.s3.internal.read.GetExchange;
import io.claviger.s3.internal.read.HeadExchange;
import io.claviger.s3.internal.read.MetadataCheck;
import io.claviger.s3.internal.read.ReadExchange;
import io.claviger.s3.internal.sdk.Attributes;
import io.claviger.s3.internal.sdk.SdkInternals;
import io.claviger.s3.internal.stored.Beginnings;
import io.claviger.s3.internal.stored.SealedObjects;
import io.claviger.s3.internal.stored.SeenObjects;
import io.claviger.s3.internal.wire.CopySource;
import io.claviger.s3.internal.wire.RequestNames;
import io.claviger.s3.internal.write.PutExchange;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Begins an {@link Exchange} for each API call, by the table of operations and the settings; holds
 * what the calls of one interceptor share.
 */
final class Exchanges {
  private final Settings settings;
  private final CopyPlanner copies;
  private final MetadataCheck metadata;
  private final Map<String, Function<Exchange.Beginning, Exchange>> operations = new TreeMap<>();

  Exchanges(Settings settings, PlainSizeFinder sizes, ClavigerInterceptor interceptor) {
    this.settings = settings;
    this.metadata = new MetadataCheck(settings.options().metadata());
    EncryptionService encryption = new EncryptionService(settings.provider());
    SubRequests subRequests = new SubRequests(settings.options(), interceptor);
    SealedObjects objects = new SealedObjects(settings, encryption, subRequests, sizes.listed());
    ReadExchange.Shared reads =
        new ReadExchange.Shared(objects, new SeenObjects(), metadata, new Beginnings());
    this.copies = new CopyPlanner(settings, encryption, subRequests);
    Uploads uploads = new Uploads(settings, encryption);
    operations.put("PutObject", begun -> new PutExchange(begun, encryption));
    operations.put("GetObject", begun -> new GetExchange(begun, reads));
    operations.put("HeadObject", begun -> new HeadExchange(begun, reads));
    operations.put("GetObjectAttributes", begun -> new AttributesExchange(begun, objects));
    operations.put("CopyObject", begun -> new CopyExchange(begun, copies));
    for (String listing : new String[] {"ListObjects", "ListObjectsV2", "ListObjectVersions"}) {
      operations.put(listing, begun -> new ListExchange(begun, sizes, subRequests));
    }
    operations.put("CreateMultipartUpload", begun -> new CreateUploadExchange(begun, encryption));
    operations.put("UploadPart", begun -> new UploadPartExchange(begun, uploads));
    operations.put("UploadPartCopy", begun -> new PartCopyExchange(begun, uploads, subRequests));
    operations.put(
        "CompleteMultipartUpload",
        begun -> new CompleteUploadExchange(begun, uploads, subRequests));
    operations.put("AbortMultipartUpload", begun -> new AbortUploadExchange(begun, uploads));
    operations.put("ListParts", ListPartsExchange::new);
    operations.put("ListMultipartUploads", ListUploadsExchange::new);
  }

  /** Returns what compares user metadata and headers of answers. */
  MetadataCheck metadata() {
    return metadata;
  }

  CopyPlanner copies() {
    return copies;
  }

  @SuppressWarnings("ReferenceEquality") // providers are maps: two over other keys may be equal
  void requireSame(Exchange known) {
    boolean same =
        known.settings().provider() == settings.provider() && known.settings().equals(settings);
    if (!same) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          known.where(),
          "two Claviger interceptors with different settings in one client. Register one");
    }
  }

  /** Begins a call; refuses what cannot be done. */
  Exchange begin(SdkRequest request, ExecutionAttributes attributes) {
    String operation =
        Objects.requireNonNullElse(
            attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME), "");
    ObjectName asked = RequestNames.of(request);
    if (Attributes.ofAnotherCopy(attributes, Exchange.ATTRIBUTE) != null) {
      throw ClavigerS3Exception.of(
          Failure.CONFIGURATION,
          asked.toString(),
          "two copies of Claviger, of two class loaders, have an interceptor in one client: the object would be sealed twice. Register one");
    }
    S3Operations.Rule rule =
        S3Operations.rule(operation, () -> RequestNames.carriesObject(request));
    boolean async = attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.ASYNC;
    boolean off = Boolean.TRUE.equals(attributes.getAttribute(RequestAttributes.OFF));
    Exchange.Beginning begun =
        new Exchange.Beginning(settings, operation, request, attributes, asked, async);
    if (off || rule.action() == Action.PASS || !concerns(request, asked)) {
      return new LeftAlone(begun);
    }
    if (SdkInternals.isPresigned(attributes)) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          asked.toString(),
          operation
              + " is not presigned: a client that uses the URL would store or get bytes past the sealing. For an upload presign the request of SealedUpload, which seals first");
    }
    if (rule.action() == Action.REFUSE) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED, asked.toString(), operation + " is refused: " + rule.reason());
    }
    return Objects.requireNonNull(operations.get(operation), operation).apply(begun);
  }

  /** Whether a covered bucket takes part: the request's own or that of a copy's source. */
  private boolean concerns(SdkRequest request, ObjectName asked) {
    return settings.covers(asked)
        || CopySource.isIn(request)
            && settings.covers(CopySource.of(request, asked.toString()).name());
  }
}
