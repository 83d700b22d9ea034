package io.claviger.s3.internal.stored;

import io.claviger.format.Layout;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.stored.RangePlan.Stored;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.RequestFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesParts;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads stored bytes of one version of an object besides the caller's own request, pinned by {@code
 * If-Match} and, where the caller named one, the version: an object overwritten in between is an
 * error, never a mixture. What comes back is of the length asked for and of no other object size;
 * all else is for tags to prove.
 *
 * <p>Threads: safe. Blocking: every method asks the store.
 */
public final class PinnedReads {
  private static final int MAX_HINT_PAGES = 10;

  private final StoredVersion version;
  private final Supplier<S3Client> client;
  private final SdkRequest callers;
  private final boolean sseSentOn;
  private final HeadersAtHand atHand;

  /**
   * @param callers the caller's request, whose credentials, owner and payer are taken over
   * @param sseSentOn whether the store itself wants the caller's customer key
   */
  public PinnedReads(
      StoredVersion version, Supplier<S3Client> client, SdkRequest callers, boolean sseSentOn) {
    this(version, client, callers, sseSentOn, HeadersAtHand.NONE);
  }

  /**
   * @param atHand headers that need no request
   */
  PinnedReads(
      StoredVersion version,
      Supplier<S3Client> client,
      SdkRequest callers,
      boolean sseSentOn,
      HeadersAtHand atHand) {
    this.version = version;
    this.atHand = atHand;
    this.client = client;
    this.callers = callers;
    this.sseSentOn = sseSentOn;
  }

  /** Returns the bytes at {@code storedOffset} that begin a part. */
  byte[] prologue(long storedOffset) {
    byte[] there = atHand.take(storedOffset);
    return there == null ? ask(storedOffset).bytes() : there;
  }

  /** Whether {@link #prologue} needs no request of its own. */
  boolean isAtHand(long storedOffset) {
    return atHand.has(storedOffset);
  }

  /**
   * The bytes that may begin a part.
   *
   * @param answer the headers that came with them, null where they were read before
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Prologue(@Nullable SdkHttpHeaders answer, byte[] bytes) {}

  /** Asks for the bytes at {@code storedOffset} that begin a part. */
  Prologue ask(long storedOffset) {
    try (ResponseInputStream<GetObjectResponse> in =
        open(storedOffset, storedOffset + Layout.PROLOGUE_BYTES - 1)) {
      return new Prologue(in.response().sdkHttpResponse(), in.readNBytes(Layout.PROLOGUE_BYTES));
    } catch (IOException e) {
      throw RetryableException.create(
          version.name() + ": the connection broke while the header of a part was read", e);
    }
  }

  /** Opens the stored bytes {@code first} to {@code last}, inclusive. */
  public ResponseInputStream<GetObjectResponse> open(long first, long last) {
    GetObjectRequest.Builder get =
        GetObjectRequest.builder()
            .bucket(version.name().bucket())
            .key(version.name().key())
            .versionId(version.versionId())
            .ifMatch(version.eTag())
            .range("bytes=" + first + "-" + last)
            .requestPayer(text("RequestPayer"))
            .expectedBucketOwner(text("ExpectedBucketOwner"))
            .overrideConfiguration(SubRequests.raw(callers));
    if (sseSentOn) {
      get.sseCustomerAlgorithm(text("SSECustomerAlgorithm"))
          .sseCustomerKey(text("SSECustomerKey"))
          .sseCustomerKeyMD5(text("SSECustomerKeyMD5"));
    }
    ResponseInputStream<GetObjectResponse> in = asked(() -> client.get().getObject(get.build()));
    Stored range = Stored.parse(String.valueOf(in.response().contentRange()));
    boolean asAsked =
        in.response().sdkHttpResponse().statusCode() == 206
            && range != null
            && range.first() == first
            && range.last() == last
            && range.total() == version.storedBytes();
    if (!asAsked || !sameETag(in.response().eTag())) {
      in.abort();
      throw ClavigerS3Exception.of(
          Failure.PROTOCOL,
          version.name().toString(),
          "the store answered with status %d, Content-Range \"%s\" and ETag %s where stored bytes %d to %d of %d with ETag %s were asked for. Nothing of it was returned; check the store or the proxy before it"
              .formatted(
                  in.response().sdkHttpResponse().statusCode(),
                  in.response().contentRange(),
                  in.response().eTag(),
                  first,
                  last,
                  version.storedBytes(),
                  version.eTag()));
    }
    return in;
  }

  private boolean sameETag(@Nullable String found) {
    return ETags.meet(version.eTag(), found);
  }

  private @Nullable String text(String field) {
    return RequestFields.text(callers, field);
  }

  /** Asks the store; an object that is no longer this version makes the whole call begin again. */
  private <T> T asked(Supplier<T> question) {
    try {
      return proved(version.name().toString(), question);
    } catch (S3Exception e) {
      if (e.statusCode() == 412 || e.statusCode() == 404) {
        throw overwritten(version.name().toString(), e);
      }
      throw e;
    }
  }

  /** As {@code question} answers; a 416, which callers would take for the end, is none. */
  static <T> T proved(String where, Supplier<T> question) {
    try {
      return question.get();
    } catch (S3Exception e) {
      if (e.statusCode() == ObjectHeaders.NOT_SATISFIABLE) {
        throw ClavigerS3Exception.of(
            Failure.PROTOCOL,
            where,
            "the store answered with status 416 to bytes that the object has. Nothing was returned; check the store or the proxy before it");
      }
      throw e;
    }
  }

  /** The SDK repeats the caller's request, which then meets the new object from its start. */
  public static SdkException overwritten(String where, @Nullable S3Exception cause) {
    return RetryableException.create(
        where
            + ": the object was overwritten or deleted while several reads of it were made. Nothing was mixed; repeat the call",
        cause);
  }

  /** Returns where the store says that the last part begins, -1 where it does not say. */
  long lastOffset() {
    long bytes = storedSize(version.storedParts().orElse(0));
    return bytes < 0 ? -1 : version.storedBytes() - bytes;
  }

  /** Returns the stored size that the store reports of a part, -1 where it reports none. */
  long storedSize(int number) {
    if (number < 1 || number > version.storedParts().orElse(0)) {
      return -1;
    }
    HeadObjectRequest.Builder head =
        HeadObjectRequest.builder()
            .bucket(version.name().bucket())
            .key(version.name().key())
            .versionId(version.versionId())
            .ifMatch(version.eTag())
            .partNumber(number)
            .requestPayer(text("RequestPayer"))
            .expectedBucketOwner(text("ExpectedBucketOwner"))
            .overrideConfiguration(SubRequests.raw(callers));
    if (sseSentOn) {
      head.sseCustomerAlgorithm(text("SSECustomerAlgorithm"))
          .sseCustomerKey(text("SSECustomerKey"))
          .sseCustomerKeyMD5(text("SSECustomerKeyMD5"));
    }
    try {
      Long bytes = client.get().headObject(head.build()).contentLength();
      return bytes == null ? -1 : bytes;
    } catch (S3Exception e) {
      return -1; // a hint that is not there
    }
  }

  /** Returns the stored sizes of the parts as the store reports them, empty where it does not. */
  List<Long> storedSizes() {
    List<Long> sizes = new ArrayList<>();
    if (version.storedParts().isEmpty()) {
      return sizes;
    }
    Integer marker = null;
    for (int page = 0; page < MAX_HINT_PAGES; page++) {
      GetObjectAttributesParts parts = attributes(marker);
      if (parts == null || !parts.hasParts()) {
        return sizes;
      }
      parts.parts().stream().map(ObjectPart::size).forEach(sizes::add);
      if (!Boolean.TRUE.equals(parts.isTruncated())) {
        return sizes;
      }
      Integer next = parts.nextPartNumberMarker();
      if (next == null || marker != null && next <= marker) {
        return List.of(); // the list does not go on: a hint that is not there
      }
      marker = next;
    }
    return sizes;
  }

  private @Nullable GetObjectAttributesParts attributes(@Nullable Integer marker) {
    GetObjectAttributesRequest.Builder asked =
        GetObjectAttributesRequest.builder()
            .bucket(version.name().bucket())
            .key(version.name().key())
            .versionId(version.versionId())
            .objectAttributes(ObjectAttributes.OBJECT_PARTS)
            .partNumberMarker(marker)
            .requestPayer(text("RequestPayer"))
            .expectedBucketOwner(text("ExpectedBucketOwner"))
            .overrideConfiguration(SubRequests.raw(callers));
    if (sseSentOn) {
      asked
          .sseCustomerAlgorithm(text("SSECustomerAlgorithm"))
          .sseCustomerKey(text("SSECustomerKey"))
          .sseCustomerKeyMD5(text("SSECustomerKeyMD5"));
    }
    try {
      return client.get().getObjectAttributes(asked.build()).objectParts();
    } catch (S3Exception e) {
      return null; // no right, or an operation that the store does not have
    }
  }
}
