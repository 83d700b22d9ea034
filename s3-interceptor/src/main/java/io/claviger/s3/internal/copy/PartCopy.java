package io.claviger.s3.internal.copy;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.ObjectSealer;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.call.DirectoryMarker;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.Settings;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.stored.RangePlan.Slice;
import io.claviger.s3.internal.wire.CopySource;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.UserMetadata;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;

/**
 * What UploadPartCopy copies: a byte range of an object's plaintext, opened and sealed again as it
 * is sent. Pinned to the version that was asked first; read once for each time the body is opened.
 */
final class PartCopy {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");

  private final String where;
  private final GetObjectRequest source;
  private final S3Client client;
  private final long plainBytes;
  private final @Nullable String sourceVersionId;
  private final UploadSource body = new UploadSource(this::open);
  private @Nullable ObjectSealer sealer;

  private PartCopy(
      String where,
      GetObjectRequest source,
      S3Client client,
      long plainBytes,
      @Nullable String sourceVersionId) {
    this.where = where;
    this.source = source;
    this.client = client;
    this.plainBytes = plainBytes;
    this.sourceVersionId = sourceVersionId;
  }

  /**
   * Asks for the source, under the conditions that the caller set.
   *
   * @param opening makes the answers of {@code client} those of opened objects
   * @throws S3Exception 412 if a condition is not met, 400 for a range that the source does not
   *     have; else the store's
   */
  static PartCopy of(
      Exchange call,
      UploadPartCopyRequest copy,
      S3Client client,
      AwsRequestOverrideConfiguration opening) {
    CopySource from = CopySource.of(copy, call.where());
    HeadObjectResponse head = head(call, copy, from, client, opening);
    long whole = Objects.requireNonNullElse(head.contentLength(), 0L);
    if (mayBeMarker(call, from, whole) && !isSealed(call, copy, from, client)) {
      throw DirectoryMarker.notCopied(call.where(), from);
    }
    GetObjectRequest.Builder get =
        GetObjectRequest.builder()
            .bucket(from.name().bucket())
            .key(from.name().key())
            .versionId(from.versionId())
            .ifMatch(head.eTag())
            .requestPayer(copy.requestPayer())
            .expectedBucketOwner(copy.expectedSourceBucketOwner())
            .sseCustomerAlgorithm(copy.copySourceSSECustomerAlgorithm())
            .sseCustomerKey(copy.copySourceSSECustomerKey())
            .sseCustomerKeyMD5(copy.copySourceSSECustomerKeyMD5())
            .overrideConfiguration(opening);
    long bytes = whole;
    if (copy.copySourceRange() != null) {
      Slice slice = sliceOf(call, copy.copySourceRange(), whole);
      bytes = slice.bytes();
      get.range("bytes=" + slice.first() + "-" + slice.last());
    }
    return new PartCopy(call.where(), get.build(), client, bytes, head.versionId());
  }

  /** Whether what reads as empty need not have been sealed. */
  private static boolean mayBeMarker(Exchange call, CopySource from, long bytes) {
    Settings settings = call.settings();
    return !settings.allowsPlaintext()
        && settings.covers(from.name())
        && DirectoryMarker.is(settings, from.name(), bytes);
  }

  private static boolean isSealed(
      Exchange call, UploadPartCopyRequest copy, CopySource from, S3Client client) {
    boolean withKey = call.settings().options().sseParameters().sentOn();
    HeadObjectRequest.Builder head =
        headOf(copy, from, withKey).overrideConfiguration(SubRequests.raw(copy));
    HeadObjectResponse stored = client.headObject(head.build());
    return EncryptionService.isSealed(UserMetadata.of(stored.sdkHttpResponse()));
  }

  /**
   * Returns a HEAD of the source without conditions, with the customer-provided key where asked.
   */
  private static HeadObjectRequest.Builder headOf(
      UploadPartCopyRequest copy, CopySource from, boolean withKey) {
    HeadObjectRequest.Builder head =
        HeadObjectRequest.builder()
            .bucket(from.name().bucket())
            .key(from.name().key())
            .versionId(from.versionId())
            .requestPayer(copy.requestPayer())
            .expectedBucketOwner(copy.expectedSourceBucketOwner());
    if (withKey) {
      head.sseCustomerAlgorithm(copy.copySourceSSECustomerAlgorithm())
          .sseCustomerKey(copy.copySourceSSECustomerKey())
          .sseCustomerKeyMD5(copy.copySourceSSECustomerKeyMD5());
    }
    return head;
  }

  private static HeadObjectResponse head(
      Exchange call,
      UploadPartCopyRequest copy,
      CopySource from,
      S3Client client,
      AwsRequestOverrideConfiguration opening) {
    try {
      HeadObjectResponse found =
          client.headObject(
              headOf(copy, from, true)
                  .ifMatch(copy.copySourceIfMatch())
                  .ifNoneMatch(copy.copySourceIfNoneMatch())
                  .ifModifiedSince(copy.copySourceIfModifiedSince())
                  .ifUnmodifiedSince(copy.copySourceIfUnmodifiedSince())
                  .overrideConfiguration(opening)
                  .build());
      SourceHead.requireMatch(call.where(), from, copy.copySourceIfMatch(), found.eTag());
      return found;
    } catch (S3Exception e) {
      if (e.statusCode() == 304 || e.statusCode() == 412) {
        throw S3Errors.preconditionFailed(
            call.where(), "the source %s does not meet the conditions of the copy".formatted(from));
      }
      throw e;
    }
  }

  private static Slice sliceOf(Exchange call, String range, long whole) {
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches()) {
      throw S3Errors.invalidArgument(
          call.where(),
          "copySourceRange \"%s\": write bytes=first-last, both inclusive".formatted(range));
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    if (first > last || last >= whole) {
      throw S3Errors.invalidArgument(
          call.where(), "copySourceRange \"%s\" of a source of %d bytes".formatted(range, whole));
    }
    return new Slice(first, last);
  }

  /** Returns how many bytes of plaintext are copied. */
  long plainBytes() {
    return plainBytes;
  }

  void sealWith(@Nullable ObjectSealer part) {
    sealer = part;
  }

  private ObjectSealer sealer() {
    return Objects.requireNonNull(sealer, "sealWith comes first");
  }

  /** Returns the sealed body, the same bytes at every opening. */
  UploadSource body() {
    return body;
  }

  private InputStream open() {
    ResponseInputStream<GetObjectResponse> plain = client.getObject(source);
    UploadSource.requireAsked(where, source, plain, plainBytes);
    return SyncBody.copied(where, plain, storedBytes(), () -> sealer().sealToItsEnd(plain));
  }

  long storedBytes() {
    return sealer().storedBytes();
  }

  /** Turns the copy into an upload of a part. */
  void rewrite(SdkHttpRequest.Builder request) {
    ObjectHeaders.removeCopy(request);
    request.putHeader(ObjectHeaders.CONTENT_LENGTH, Long.toString(storedBytes()));
  }

  /** Returns the XML that UploadPartCopy would have answered. */
  static byte[] answerBody(SdkHttpResponse uploaded) {
    String etag = uploaded.firstMatchingHeader("ETag").orElse("");
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><CopyPartResult>")
            .append("<LastModified>")
            .append(Instant.now().truncatedTo(ChronoUnit.SECONDS))
            .append("</LastModified>");
    append(xml, "ETag", etag);
    for (Map.Entry<String, String> checksum : ObjectHeaders.checksums(uploaded).entrySet()) {
      append(xml, "Checksum" + checksum.getKey().toUpperCase(Locale.ROOT), checksum.getValue());
    }
    return xml.append("</CopyPartResult>").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder xml, String name, String value) {
    String text = value.replace("&", "&amp;").replace("<", "&lt;");
    xml.append('<').append(name).append('>').append(text);
    xml.append("</").append(name).append('>');
  }

  /** Turns the answer to the upload into that to a copy. */
  void answer(SdkHttpResponse.Builder response, int bodyBytes) {
    response.putHeader(ObjectHeaders.CONTENT_LENGTH, Integer.toString(bodyBytes));
    response.putHeader("Content-Type", "application/xml");
    if (sourceVersionId != null) {
      response.putHeader(ObjectHeaders.COPY_SOURCE_VERSION, sourceVersionId);
    }
  }

  /** Refuses to copy sealed bytes to where nobody opens them. */
  static ClavigerS3Exception leavingUs(Exchange call) {
    return ClavigerS3Exception.of(
        Failure.UNSUPPORTED,
        call.where(),
        "UploadPartCopy from a bucket of this interceptor into one that it leaves alone: the part would not open there. Read the object and upload it, or include the bucket");
  }
}
