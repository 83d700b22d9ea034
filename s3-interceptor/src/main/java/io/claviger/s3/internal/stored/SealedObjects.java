package io.claviger.s3.internal.stored;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectOpener;
import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.DirectoryMarker;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.UserMetadata;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
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
public final class SealedObjects {
  private final Settings settings;
  private final EncryptionService encryption;
  private final SubRequests subRequests;
  private final LayoutCache cache = new LayoutCache();
  private final KeyEvidence evidence = new KeyEvidence();
  private final LearnedPartSizes sizes = new LearnedPartSizes();
  private final ListedObjects listed;

  /**
   * @param listed what listings said
   */
  public SealedObjects(
      Settings settings,
      EncryptionService encryption,
      SubRequests subRequests,
      ListedObjects listed) {
    this.listed = listed;
    this.settings = settings;
    this.encryption = encryption;
    this.subRequests = subRequests;
  }

  /** Returns what is known of the layout of an object, of whatever version; null for nothing. */
  @Nullable
  public KnownLayout known(Reading reading) {
    return cache.find(reading.exchange().asked(), reading.versionId());
  }

  /**
   * Returns the parts that an object may be stored in by its listing, null where that says nothing
   * or no more than what is known.
   */
  public @Nullable SupposedLayout listed(Reading reading) {
    ListedObjects.Listed found = listed.find(reading.exchange().asked(), reading.versionId());
    if (found == null) {
      return null;
    }
    StoredVersion version =
        new StoredVersion(
            reading.exchange().asked(),
            reading.versionId(),
            found.eTag(),
            found.storedBytes(),
            ""); // not known: of no object, so that nothing else is planned by it
    KnownLayout known = known(reading);
    return known != null && known.version().isSameListed(version)
        ? null
        : SupposedLayout.of(version, sizes);
  }

  /** Forgets what a listing said of an object, whose own answer came. */
  public void unlist(Reading reading) {
    listed.forget(reading.exchange().asked(), reading.versionId());
  }

  /** Asks for what a range needs of an object of which nothing is known. */
  public void sendCold(Reading reading, RangePlan range) {
    reading.sendCold(range, settings.allowsPlaintext(), sizes.of(reading.exchange().asked()));
  }

  /**
   * Asks for headers of parts ahead of the answer; does not wait.
   *
   * @param version whose headers they are
   * @param places where they are supposed
   */
  public void askEarly(Reading reading, StoredVersion version, Collection<Long> places) {
    if (version.eTag() == null) {
      return; // any version could answer
    }
    Set<Long> missing = new LinkedHashSet<>(places);
    ListedObjects.Listed found = listed.find(reading.exchange().asked(), reading.versionId());
    boolean seen =
        found != null
            && version.eTag().equals(found.eTag())
            && missing.remove(found.headerOffset());
    EarlyHeaders early = EarlyHeaders.NONE;
    if (!missing.isEmpty()) {
      S3Client client = subRequests.client(reading.exchange().attributes());
      boolean sseSentOn = settings.options().sseParameters().sentOn();
      PinnedReads asking = new PinnedReads(version, () -> client, reading.request(), sseSentOn);
      early = EarlyHeaders.begin(version, asking, missing);
    }
    if (found != null && seen) {
      early = early.with(version, found.headerOffset(), found.header());
    }
    reading.early(early);
  }

  /** Returns what the store says of an object: by headers asked for ahead, else by a HEAD. */
  public Seen see(Reading reading) {
    SdkHttpHeaders answer = reading.early().answer();
    return answer == null
        ? head(reading)
        : new Seen(answer, UserMetadata.of(answer), reading.early().storedBytes());
  }

  /**
   * What an answer says of an object, unproved.
   *
   * @param answer its headers
   * @param metadata user metadata in it
   * @param storedBytes the object's stored size
   */
  public record Seen(SdkHttpHeaders answer, Map<String, String> metadata, long storedBytes) {
    boolean sealed() {
      return EncryptionService.isSealed(metadata);
    }

    public StoredVersion version(Reading reading) {
      return StoredVersion.of(
          reading.exchange().asked(), reading.versionId(), answer, storedBytes, metadata);
    }
  }

  /**
   * An object that was prefetched, or asked for again.
   *
   * @param seen what the store said of it
   * @param object opened, null if it is not sealed
   */
  public record Described(Seen seen, @Nullable SealedObject object) {}

  /**
   * Returns the object that an answer describes; its data key is unwrapped.
   *
   * @param seen a 2xx answer to a GET or HEAD of the object, whose metadata says that it is sealed
   */
  public SealedObject of(Reading reading, Seen seen) {
    ExecutionAttributes attributes = reading.exchange().attributes();
    ObjectOpener opener =
        encryption.openObject(
            reading.exchange().asked(),
            seen.metadata(),
            settings.reader(),
            attributes.getAttribute(RequestAttributes.ENCRYPTION_CONTEXT),
            CustomerKeys.Given.keyOf(reading.customerKey()));
    StoredVersion version = seen.version(reading);
    PinnedReads reads = reads(reading, version);
    if (opener.isSingle()) {
      SealedObject object = new SingleObject(opener, version, reads);
      evidence.requireSame(version, seen.metadata());
      return object;
    }
    return new MultiObject(opener, version, reads, cache, evidence, sizes, reading.range());
  }

  /** Returns what reads stored bytes of one version, besides the caller's own request. */
  public PinnedReads reads(Reading reading, StoredVersion version) {
    ExecutionAttributes attributes = reading.exchange().attributes();
    Supplier<S3Client> client = () -> subRequests.client(attributes);
    boolean sseSentOn = settings.options().sseParameters().sentOn();
    return new PinnedReads(version, client, reading.request(), sseSentOn, reading.atHand(version));
  }

  /** Forgets the layout of an object, of whatever version: it was overwritten. */
  public void forget(Reading reading) {
    KnownLayout known = known(reading);
    if (known != null) {
      cache.forget(known);
    }
  }

  /**
   * Asks the store for the object with the interceptor's own HEAD, under no condition of the
   * caller's.
   *
   * @return null for an object that is not sealed, where such objects are allowed or it is a
   *     directory marker, and for one of another library, which its answer refuses or opens
   * @throws ClavigerS3Exception NOT_SEALED where they are not
   */
  @Nullable
  public SealedObject ask(Reading reading) {
    return describe(reading).object();
  }

  /** As {@link #ask}, with what the store said. */
  public Described describe(Reading reading) {
    return describe(reading, head(reading));
  }

  /** As {@link #ask}, of an object that was seen. */
  public Described describe(Reading reading, Seen seen) {
    if (seen.sealed()) {
      return new Described(seen, of(reading, seen));
    }
    if (!settings.allowsPlaintext()
        && !S3EncryptionClientKeys.wrote(seen.metadata())
        && !DirectoryMarker.is(settings, reading.exchange().asked(), seen.storedBytes())) {
      throw notSealed(reading.where());
    }
    return new Described(seen, null);
  }

  /** Asks the store for an object's description, as {@link #ask}. */
  public Seen head(Reading reading) {
    Exchange call = reading.exchange();
    SdkRequest request = reading.request();
    HeadObjectRequest.Builder head =
        HeadObjectRequest.builder()
            .bucket(call.asked().bucket())
            .key(call.asked().key())
            .versionId(reading.versionId())
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
            call.where(), () -> subRequests.client(call.attributes()).headObject(head.build()));
    SdkHttpHeaders headers = answer.sdkHttpResponse();
    Map<String, String> metadata = UserMetadata.of(headers);
    OptionalLong storedBytes = ObjectHeaders.number(headers, ObjectHeaders.CONTENT_LENGTH);
    return new Seen(headers, metadata, storedBytes.orElse(0));
  }

  public static ClavigerS3Exception notSealed(String where) {
    return ClavigerS3Exception.of(
        Failure.NOT_SEALED,
        where,
        "the object is not sealed. If such objects are expected while you move over, set plaintextObjects(ALLOW); otherwise somebody replaced it: restore the object");
  }
}
