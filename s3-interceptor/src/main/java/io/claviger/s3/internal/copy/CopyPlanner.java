package io.claviger.s3.internal.copy;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.EnvelopeDraft;
import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.SealRequest;
import io.claviger.format.Layout;
import io.claviger.kms.EncryptionContext;
import io.claviger.kms.KeyMetadata;
import io.claviger.s3.Rewrap;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.DirectoryMarker;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.RuledKey;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.SseRequest;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.Covered;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.RequestNames;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.wire.UserMetadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

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
public final class CopyPlanner {
  private final Settings settings;
  private final EncryptionService encryption;
  private final SubRequests subRequests;
  private final CopyConditions conditions = new CopyConditions();

  public CopyPlanner(Settings settings, EncryptionService encryption, SubRequests subRequests) {
    this.settings = settings;
    this.encryption = encryption;
    this.subRequests = subRequests;
  }

  /** Returns what a copy of an object onto itself wraps its data key for. */
  SealRequest wanted(
      RewrapTarget target, ObjectName asked, String keyId, EncryptionContext context) {
    RuledKey ruled = RuledKey.of(asked, asked.toString(), settings);
    return target.of(settings.bound(asked), keyId, context, settings, ruled);
  }

  /** Returns what the key service knows of a master key now. */
  KeyMetadata masterKey(String masterKeyId) {
    return settings.provider().serviceManager().manager().describeKeyNow(masterKeyId);
  }

  /** Refuses what cannot be copied, before anything happens. */
  void check(Exchange call, CopyObjectRequest copy) {
    UserMetadata.requireCallersOwn(call.where(), copy.metadata());
    settings.bound(call.asked());
    if (settings.options().sseParameters().honoured()) {
      CustomerKeys.of(copy, CustomerKeys.OF_REQUEST, call.where());
      CustomerKeys.of(copy, CustomerKeys.OF_COPY_SOURCE, call.where());
    }
  }

  /** Returns the request that makes a copy which opens under its new name. */
  CopyPlan plan(Exchange call, CopyObjectRequest copy) {
    S3Client client = subRequests.client(call.attributes());
    SourceHead source = SourceHead.of(client, copy, settings, call.where());
    Map<String, String> metadata = source.metadata();
    boolean sealed = EncryptionService.isSealed(metadata);
    if (!settings.covers(call.asked())) {
      return leavingUs(call, copy, source, sealed);
    }
    SseRequest sse = SseRequest.of(copy, call.where(), settings, call.attributes());
    RewrapTarget rewrap = call.attributes().getAttribute(RewrapTarget.ATTRIBUTE);
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

  private static CopyPlan leavingUs(
      Exchange call, CopyObjectRequest copy, SourceHead source, boolean sealed) {
    if (sealed) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          call.where(),
          "the source %s is sealed and the destination's bucket is left alone by this interceptor: the copy would not open there. Read the object and put it, or include the bucket"
              .formatted(source.source()));
    }
    return CopyPlan.of(pinned(copy, source));
  }

  private static CopyObjectRequest pinned(CopyObjectRequest copy, SourceHead source) {
    return copy.toBuilder().copySourceIfMatch(source.head().eTag()).build();
  }

  private CopyPlan rewrapped(
      Exchange call,
      CopyObjectRequest copy,
      SourceHead source,
      SseRequest sse,
      @Nullable RewrapTarget rewrap,
      S3Client client) {
    ObjectOpener opener = open(client, copy, source, call.where());
    ObjectName bound = settings.bound(call.asked());
    SealRequest target =
        rewrap == null
            ? target(bound, opener, sse)
            : rewrap.of(bound, opener, settings, sse.ruled());
    EnvelopeDraft envelope = wrapped(opener, target, call.where());
    SseAnswer answer =
        new SseAnswer(
            target.sse(),
            sse.reportedKeyId() == null ? target.keyId() : sse.reportedKeyId(),
            CustomerKeys.Given.md5Of(sse.customer()),
            target.bucketKey());
    if (rewrap == null && ontoItselfUnchanged(call, copy, source, sse)) {
      return CopyPlan.of(pinned(copy, source)).answered(answer);
    }
    PlannedCopy planned = withEnvelope(call.where(), copy, source, envelope);
    requireDestination(planned);
    if (!planned.ontoItself()) {
      return CopyPlan.of(planned).answered(answer);
    }
    if (conditions.areHonoured(client, copy)) {
      return CopyPlan.of(planned).answered(answer).onlyOnto(source.head().eTag());
    }
    FinishedCopy finished =
        new FinishedCopy(
            new CopyInParts(client, planned, () -> false).run(CopyInParts.PART_BYTES),
            source.head().versionId());
    return CopyPlan.of(planned).answered(answer).finished(finished);
  }

  /** Conditions of the caller on a destination that is the source are decided by its HEAD. */
  private static void requireDestination(PlannedCopy planned) {
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
    RuledKey ruled = RuledKey.of(asked, where, settings);
    EnvelopeDraft envelope =
        wrapped(opener, target.of(settings.bound(asked), opener, settings, ruled), where);
    PlannedCopy planned = withEnvelope(where, copy, source, envelope);
    new CopyInParts(client, planned, () -> conditions.areHonoured(client, copy)).run(partBytes);
  }

  /**
   * Makes the copy {@code copy} of a sealed object over another one, if that is still there, with
   * an envelope as a PUT of that name would have it.
   *
   * @param client sends the requests
   * @param replaced the store's answer for the object that is replaced
   * @return the version of the copy, null in a bucket without versions
   * @throws S3Exception 412 if that object was overwritten meanwhile: it is as it was written
   */
  public @Nullable String over(
      S3Client client, CopyObjectRequest copy, HeadObjectResponse replaced) {
    ObjectName asked = RequestNames.of(copy);
    String where = asked.toString();
    SourceHead source = head(client, copy, where);
    ObjectOpener opener = open(client, copy, source, where);
    RuledKey ruled = RuledKey.of(asked, where, settings);
    SealRequest asNew =
        new SealRequest(
            settings.bound(asked),
            ruled.keyId(null, settings),
            ruled.context(settings.encryptionContext(), false),
            settings.names(),
            opener.sse(),
            null,
            opener.hasBucketKey());
    PlannedCopy planned = withEnvelope(where, copy, source, wrapped(opener, asNew, where));
    return new CopyInParts(
            client,
            planned,
            CopyInParts.Replaced.of(replaced),
            () -> conditions.areHonoured(client, copy))
        .run(CopyInParts.PART_BYTES)
        .versionId();
  }

  /** Whether an object has the name and the size of a probe of {@link CopyConditions}. */
  public static boolean isProbe(String key, long storedBytes) {
    return CopyConditions.isProbe(key, storedBytes);
  }

  /**
   * Requires that a version which was put in the place of another has overtaken none, on stores
   * whose order of versions is not that of their writes.
   *
   * @param put names the object
   * @param replaced the version that was replaced, null in a bucket without versions
   * @param versionId the version that was put
   * @param took how long the PUT took
   * @throws S3Exception 412 if it had, and was deleted again; 409 if it could not be
   */
  public void requireNotOvertaken(
      S3Client client,
      CopyObjectRequest put,
      @Nullable String replaced,
      String versionId,
      Duration took) {
    if (!conditions.areHonoured(client, put)) {
      new OvertakenVersions(client, put, replaced, RequestNames.of(put).toString())
          .requireNone(versionId, took);
    }
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
   *     be had; S3Exception for a customer-provided key that does not fit
   */
  private ObjectOpener open(
      S3Client client, CopyObjectRequest copy, SourceHead source, String where) {
    CustomerKeys.Given customer =
        settings.options().sseParameters().honoured()
            ? CustomerKeys.of(copy, CustomerKeys.OF_COPY_SOURCE, where)
            : null;
    return CallerExceptions.reading(
        where,
        () -> {
          ObjectOpener opener =
              encryption.openObject(
                  source.source().name(),
                  source.metadata(),
                  settings.reader(),
                  null,
                  CustomerKeys.Given.keyOf(customer));
          if (opener.isSingle()) {
            opener.plainBytes(source.head().contentLength());
          } else {
            opener.requireFirstPart(source.firstBytes(client, copy, Layout.PROLOGUE_BYTES));
          }
          return opener;
        });
  }

  private EnvelopeDraft wrapped(ObjectOpener opener, SealRequest target, String where) {
    return CallerExceptions.writing(where, () -> encryption.rewrap(opener, target));
  }

  /** If the caller states nothing, the copy keeps key, context and SSE algorithm of its source. */
  private SealRequest target(ObjectName bound, ObjectOpener opener, SseRequest sse) {
    if (sse.stated() || opener.sse().equals(SealRequest.CUSTOMER)) {
      return sse.seal(bound, settings);
    }
    return RewrapTarget.AS_IT_IS.of(bound, opener, settings, sse.ruled());
  }

  /** S3 refuses such a copy, and so shall the store: it gets the request as it is. */
  private boolean ontoItselfUnchanged(
      Exchange call, CopyObjectRequest copy, SourceHead source, SseRequest sse) {
    return source.isAt(call.asked(), settings.reader()::bound)
        && copy.metadataDirective() != MetadataDirective.REPLACE
        && copy.storageClass() == null
        && copy.websiteRedirectLocation() == null
        && !sse.stated();
  }

  /** REPLACE with everything that the directive COPY would have kept, and the new envelope. */
  private PlannedCopy withEnvelope(
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
    return new PlannedCopy(
        where,
        out.build(),
        source,
        envelope,
        replace ? null : Covered.of(head.sdkHttpResponse()),
        replace ? null : source.expires(),
        source.isAt(RequestNames.of(copy), settings.reader()::bound));
  }

  /** A source that is not sealed: refused, or read and sealed in the place of the copy. */
  private CopyPlan plaintext(
      Exchange call, CopyObjectRequest copy, SourceHead source, SseRequest sse, S3Client client) {
    ObjectName from = source.source().name();
    long bytes = source.head().contentLength();
    boolean ontoItself = source.isAt(call.asked(), settings.reader()::bound);
    if (DirectoryMarker.is(settings, from, bytes)
        && DirectoryMarker.is(settings, call.asked(), bytes)) {
      if (ontoItself && !conditions.areHonoured(client, copy)) {
        throw ClavigerS3Exception.of(
            Failure.UNSUPPORTED,
            call.where(),
            "a directory marker is not copied onto itself: this store ignores If-Match on copies, so that an object put meanwhile would be lost. Put the marker again");
      }
      CopyPlan marker = CopyPlan.of(pinned(copy, source));
      return ontoItself ? marker.onlyOnto(source.head().eTag()) : marker;
    }
    boolean expected = settings.allowsPlaintext() || !settings.covers(from);
    if (!expected && DirectoryMarker.is(settings, from, bytes)) {
      throw DirectoryMarker.notCopied(call.where(), source.source());
    }
    if (!expected) {
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED,
          call.where(),
          "the source %s is not sealed. If such objects are expected while you move over, set plaintextObjects(ALLOW): the copy is then sealed; otherwise somebody replaced it: restore the object"
              .formatted(source.source()));
    }
    S3ecObjects.requireNone(call.where(), source.metadata(), "the source " + source.source());
    CopyAsUpload upload = CopyAsUpload.of(call.where(), copy, source, client);
    ObjectName bound = settings.bound(call.asked());
    CallerExceptions.writing(
        call.where(), () -> upload.seal(encryption, sse.seal(bound, settings)));
    PlannedCopy planned = withEnvelope(call.where(), copy, source, upload.envelope()).ofPlaintext();
    requireDestination(planned);
    CopyPlan plan = CopyPlan.of(planned).answered(sse.answer()).read(upload);
    return ontoItself ? plan.onlyOnto(source.head().eTag()) : plan;
  }
}
