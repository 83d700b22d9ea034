package io.claviger.s3;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SealRequest;
import io.claviger.format.CoveredHeaders;
import io.claviger.format.FormatException;
import io.claviger.format.Layout;
import io.claviger.kms.KmsException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/**
 * Plans CopyObject: the store copies the sealed bytes, and the envelope is wrapped again for the
 * copy's name and key. Two requests: a HEAD of the source, and the copy, which is conditional on
 * that answer, so an old envelope never meets new bytes; three for multipart objects. A copy of an
 * object onto itself is conditional on the destination too; where the store ignores that, the copy
 * is made in parts before the caller's request leaves ({@link CopyInParts}).
 *
 * <p>Blocking: asks the store and the key management service on the calling thread, before the
 * caller's request is sent.
 */
final class CopyObjectHandler {
  private final Settings settings;
  private final EncryptionService encryption;
  private final SubRequests subRequests;
  private final CopyConditions conditions = new CopyConditions();

  CopyObjectHandler(Settings settings, EncryptionService encryption, SubRequests subRequests) {
    this.settings = settings;
    this.encryption = encryption;
    this.subRequests = subRequests;
  }

  /**
   * A copy as it is to be made.
   *
   * @param where names the destination
   * @param copy the request, with the new envelope and everything that the copy keeps
   * @param source what is copied
   * @param envelope the new envelope, to be completed when the headers of the copy are settled
   * @param taken the headers of the source that the copy keeps, null where the request states them
   * @param expires the source's Expires header as it stands, to be set again; else null
   * @param ontoItself whether source and destination are one object
   */
  record Planned(
      String where,
      CopyObjectRequest copy,
      SourceHead source,
      EnvelopeDraft envelope,
      @Nullable CoveredHeaders taken,
      @Nullable String expires,
      boolean ontoItself) {
    /** Returns the envelope of the copy, stored with {@code headers}. */
    Map<String, String> envelopeFor(CoveredHeaders headers) {
      return taken == null ? envelope.complete(headers) : envelope.completeCopy(taken, headers);
    }
  }

  /** Whether the source of a copy lies in a bucket of ours. */
  static boolean readsFromUs(Settings settings, SdkRequest copy) {
    String where = RequestNames.of(copy).toString();
    return covers(settings, CopySource.of(copy, where).name());
  }

  private static boolean covers(Settings settings, ObjectName name) {
    return settings.covers(settings.reader().bound(name).bucket());
  }

  /** Refuses what cannot be copied, before anything happens. */
  void check(Call call, CopyObjectRequest copy) {
    UserMetadata.requireCallersOwn(call.where(), copy.metadata());
    settings.bound(call.asked());
    if (settings.options().sseParameters().honoured()) {
      CustomerKeys.of(copy, CustomerKeys.OF_REQUEST, call.where());
      CustomerKeys.of(copy, CustomerKeys.OF_COPY_SOURCE, call.where());
    }
  }

  /** Returns the request that makes a copy which opens under its new name. */
  SdkRequest plan(Call call, CopyObjectRequest copy, ExecutionAttributes attributes) {
    S3Client client = subRequests.client(attributes);
    SourceHead source = SourceHead.of(client, copy, settings, call.where());
    Map<String, String> metadata = source.metadata();
    boolean sealed = EncryptionService.isSealed(metadata);
    if (!covers(settings, call.asked())) {
      return leavingUs(call, copy, source, sealed);
    }
    SseRequest sse = SseRequest.of(copy, call.where(), settings, attributes);
    RewrapTarget rewrap = attributes.getAttribute(RewrapTarget.ATTRIBUTE);
    if (!sealed && rewrap != null) {
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED,
          call.where(),
          "the object is not sealed: there is nothing to re-wrap");
    }
    if (!sealed) {
      return plaintext(call, copy, source, sse, client);
    }
    return rewrapped(call, copy, source, sse, rewrap, client);
  }

  private static SdkRequest leavingUs(
      Call call, CopyObjectRequest copy, SourceHead source, boolean sealed) {
    if (sealed) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "the source %s is sealed and the destination's bucket is left alone by this interceptor: the copy would not open there. Read the object and put it, or include the bucket"
              .formatted(source.source()));
    }
    return copy.toBuilder().copySourceIfMatch(source.head().eTag()).build();
  }

  private SdkRequest rewrapped(
      Call call,
      CopyObjectRequest copy,
      SourceHead source,
      SseRequest sse,
      @Nullable RewrapTarget rewrap,
      S3Client client) {
    ObjectOpener opener = open(client, copy, source, call.where());
    ObjectName bound = settings.bound(call.asked());
    SealRequest target =
        rewrap == null ? target(bound, opener, sse) : rewrap.of(bound, opener, settings);
    EnvelopeDraft envelope = wrapped(opener, target, call.where());
    call.copyAnswer =
        new SseAnswer(
            target.sse(),
            sse.reportedKeyId() == null ? target.keyId() : sse.reportedKeyId(),
            sse.customer() == null ? null : sse.customer().md5(),
            target.bucketKey());
    if (rewrap == null && ontoItselfUnchanged(call, copy, source, sse)) {
      return copy.toBuilder().copySourceIfMatch(source.head().eTag()).build();
    }
    Planned planned = withEnvelope(call.where(), copy, source, envelope);
    requireDestination(planned);
    if (!planned.ontoItself() || isConditional(call, planned.source(), copy, client)) {
      return sent(call, planned);
    }
    call.finishedCopy =
        new FinishedCopy(
            new CopyInParts(client, planned, () -> false).run(CopyInParts.PART_BYTES),
            source.head().versionId());
    return planned.copy();
  }

  /** Makes a copy onto itself conditional; false where the store would ignore the condition. */
  private boolean isConditional(
      Call call, SourceHead source, CopyObjectRequest copy, S3Client client) {
    call.copyIfMatch = source.head().eTag();
    return conditions.areHonoured(client, copy);
  }

  private static CopyObjectRequest sent(Call call, Planned planned) {
    call.copyExpires = planned.expires();
    call.copyEnvelope = planned.envelope();
    call.copyHeaders = planned.taken();
    return planned.copy();
  }

  /** Conditions of the caller on a destination that is the source are decided by its HEAD. */
  private static void requireDestination(Planned planned) {
    String eTag = planned.source().head().eTag();
    String ifMatch = RequestFields.text(planned.copy(), "IfMatch");
    String ifNoneMatch = RequestFields.text(planned.copy(), "IfNoneMatch");
    boolean met = ifNoneMatch == null && ETags.meet(ifMatch, eTag);
    if (planned.ontoItself() && !met) {
      throw S3Errors.preconditionFailed(
          planned.where(),
          "the object has the ETag %s and does not meet the conditions of the copy onto itself"
              .formatted(eTag));
    }
  }

  /**
   * Makes the copy {@code copy} of a {@link Rewrap} in ranges.
   *
   * @param client sends the requests
   * @param partBytes stored bytes of a range
   */
  void inParts(S3Client client, CopyObjectRequest copy, RewrapTarget target, long partBytes) {
    ObjectName asked = RequestNames.of(copy);
    String where = asked.toString();
    SourceHead source = head(client, copy, where);
    ObjectOpener opener = open(client, copy, source, where);
    EnvelopeDraft envelope =
        wrapped(opener, target.of(settings.bound(asked), opener, settings), where);
    Planned planned = withEnvelope(where, copy, source, envelope);
    new CopyInParts(client, planned, () -> conditions.areHonoured(client, copy)).run(partBytes);
  }

  /** Asks the store for the source of {@code copy}, which must be sealed. */
  private SourceHead head(S3Client client, CopyObjectRequest copy, String where) {
    SourceHead source = SourceHead.of(client, copy, settings, where);
    if (!EncryptionService.isSealed(source.metadata())) {
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED, where, "the source %s is not sealed".formatted(source.source()));
    }
    return source;
  }

  /**
   * Unwraps the data key of the source and proves that the stored object begins as it was sealed: a
   * {@code single} one by its envelope, a {@code multi} one by one more request for its first
   * bytes.
   *
   * @throws ClavigerS3Exception if it does not open under the reader's policy, or keys are not to
   *     be had; S3Exception for a customer's key that does not fit
   */
  private ObjectOpener open(
      S3Client client, CopyObjectRequest copy, SourceHead source, String where) {
    CustomerKeys.Given customer =
        settings.options().sseParameters().honoured()
            ? CustomerKeys.of(copy, CustomerKeys.OF_COPY_SOURCE, where)
            : null;
    try {
      ObjectOpener opener =
          encryption.openObject(
              source.source().name(),
              source.metadata(),
              settings.reader(),
              null,
              customer == null ? null : customer.key());
      if (opener.isSingle()) {
        opener.plainBytes(source.head().contentLength());
      } else {
        opener.requireFirstPart(source.firstBytes(client, copy, Layout.PROLOGUE_BYTES));
      }
      return opener;
    } catch (FormatException e) {
      throw KeyFailures.whileReading(where, e);
    } catch (KmsException e) {
      throw KeyFailures.whileReading(where, e);
    }
  }

  private EnvelopeDraft wrapped(ObjectOpener opener, SealRequest target, String where) {
    try {
      return encryption.rewrap(opener, target);
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(where, e, Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw KeyFailures.whileWriting(where, e);
    }
  }

  /** Without a word of the caller the copy keeps key, context and word of its source. */
  private SealRequest target(ObjectName bound, ObjectOpener opener, SseRequest sse) {
    if (sse.stated() || opener.sse().equals(SealRequest.CUSTOMER)) {
      return sse.seal(bound, settings);
    }
    return new RewrapTarget(null, null).of(bound, opener, settings);
  }

  /** S3 refuses such a copy, and so shall the store: it gets the request as it is. */
  private boolean ontoItselfUnchanged(
      Call call, CopyObjectRequest copy, SourceHead source, SseRequest sse) {
    return source.isAt(call.asked(), settings.reader()::bound)
        && copy.metadataDirective() != MetadataDirective.REPLACE
        && copy.storageClass() == null
        && copy.websiteRedirectLocation() == null
        && !sse.stated();
  }

  /** REPLACE with everything that the directive COPY would have kept, and the new envelope. */
  private Planned withEnvelope(
      String where, CopyObjectRequest copy, SourceHead source, EnvelopeDraft envelope) {
    HeadObjectResponse head = source.head();
    boolean replace = copy.metadataDirective() == MetadataDirective.REPLACE;
    Map<String, String> own = replace ? copy.metadata() : source.callersMetadata(where);
    UserMetadata.requireFits(where, own, envelope.fields());
    Map<String, String> all = new HashMap<>(own);
    all.putAll(envelope.fields());
    CopyObjectRequest.Builder out =
        copy.toBuilder()
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(all)
            .copySourceIfMatch(head.eTag())
            .copySourceIfNoneMatch(null)
            .copySourceIfModifiedSince(null)
            .copySourceIfUnmodifiedSince(null);
    if (!replace) {
      out.cacheControl(head.cacheControl())
          .contentDisposition(head.contentDisposition())
          .contentEncoding(head.contentEncoding())
          .contentLanguage(head.contentLanguage())
          .contentType(head.contentType())
          .expires(null);
    }
    return new Planned(
        where,
        out.build(),
        source,
        envelope,
        replace ? null : Covered.of(head.sdkHttpResponse()),
        replace ? null : head.expiresString(),
        source.isAt(RequestNames.of(copy), settings.reader()::bound));
  }

  /** A source that is not sealed: refused, or read and sealed in the place of the copy. */
  private SdkRequest plaintext(
      Call call, CopyObjectRequest copy, SourceHead source, SseRequest sse, S3Client client) {
    ObjectName from = source.source().name();
    long bytes = source.head().contentLength();
    boolean ontoItself = source.isAt(call.asked(), settings.reader()::bound);
    if (DirectoryMarkers.is(settings, from, bytes)
        && DirectoryMarkers.is(settings, call.asked(), bytes)) {
      if (ontoItself && !isConditional(call, source, copy, client)) {
        throw ClavigerS3Exception.of(
            Failure.UNSUPPORTED,
            call.where(),
            "a directory marker is not copied onto itself: this store ignores If-Match on copies, so that an object put meanwhile would be lost. Put the marker again");
      }
      return copy.toBuilder().copySourceIfMatch(source.head().eTag()).build();
    }
    boolean expected = settings.allowsPlaintext() || !covers(settings, from);
    if (!expected && DirectoryMarkers.is(settings, from, bytes)) {
      throw DirectoryMarkers.notCopied(call, source.source());
    }
    if (!expected) {
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED,
          call.where(),
          "the source %s is not sealed. If such objects are expected while you move over, set plaintextObjects(ALLOW): the copy is then sealed; otherwise somebody replaced it: restore the object"
              .formatted(source.source()));
    }
    ForeignObjects.requireNone(call, source.metadata(), "the source " + source.source());
    CopyAsUpload upload = CopyAsUpload.of(call, copy, source, client);
    try {
      upload.seal(encryption, sse.seal(settings.bound(call.asked()), settings));
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(call.where(), e, Failure.BAD_REQUEST);
    } catch (KmsException e) {
      throw KeyFailures.whileWriting(call.where(), e);
    }
    call.copyAnswer = SseAnswer.of(sse);
    call.upload = upload;
    Planned planned = withEnvelope(call.where(), copy, source, upload.envelope());
    requireDestination(planned);
    call.copyIfMatch = ontoItself ? source.head().eTag() : null;
    return sent(call, planned);
  }
}
