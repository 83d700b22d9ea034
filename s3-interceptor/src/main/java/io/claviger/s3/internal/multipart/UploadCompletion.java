package io.claviger.s3.internal.multipart;

import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.format.UploadId;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.call.Exchange;
import io.claviger.s3.internal.call.SubRequests;
import io.claviger.s3.internal.wire.ETags;
import io.claviger.s3.internal.wire.RequestFields;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.StoredChecksums;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Makes sure that an upload becomes an object that can be read, before it is completed (format
 * 6.1): parts 1 to N without gaps, no small one before the last, and a closing part where the last
 * one is too large to carry the last flag. Whatever is refused, the upload is left as it is.
 *
 * <p>Blocking: lists the parts, and uploads the closing part where one is needed.
 */
final class UploadCompletion {
  /** The most parts that an upload has. */
  private static final int MAX_PARTS = 10_000;

  private final Exchange call;
  private final CompleteMultipartUploadRequest request;
  private final UploadId id;
  private final Uploads uploads;
  private final S3Client client;

  UploadCompletion(
      Exchange call,
      CompleteMultipartUploadRequest request,
      UploadId id,
      Uploads uploads,
      S3Client client) {
    this.call = call;
    this.request = request;
    this.id = id;
    this.uploads = uploads;
    this.client = client;
  }

  /** Returns the request to be sent. */
  CompleteMultipartUploadRequest planned() {
    List<CompletedPart> parts =
        request.multipartUpload() == null ? List.of() : request.multipartUpload().parts();
    requireNumbers(parts);
    Map<Integer, Part> listed;
    try {
      listed = listed(parts.size());
    } catch (S3Exception e) {
      if (e.awsErrorDetails() != null && "NoSuchUpload".equals(e.awsErrorDetails().errorCode())) {
        return request.toBuilder().uploadId(id.storeId()).build(); // S3 knows what to answer
      }
      throw e;
    }
    Map<Integer, Long> stored = new HashMap<>();
    listed.forEach((number, part) -> stored.put(number, part.size()));
    long[] plain = plainBytes(parts.size(), stored);
    requireLengths(plain);
    List<CompletedPart> all = new ArrayList<>(withChecksums(parts, listed));
    long storedSum = 0;
    for (int number = 1; number <= parts.size(); number++) {
      storedSum += stored.getOrDefault(number, 0L);
    }
    if (!Preamble.isLastOfUpload(parts.size(), stored.getOrDefault(parts.size(), 0L))) {
      all.add(closingPart(all.get(all.size() - 1), stored, provedLength(parts)));
      storedSum += Layout.MIN_STORED_BYTES;
    }
    CompleteMultipartUploadRequest.Builder planned =
        request.toBuilder()
            .uploadId(id.storeId())
            .multipartUpload(CompletedMultipartUpload.builder().parts(all).build());
    if (statedBytes() != null) {
      RequestFields.set(planned, RequestFields.OBJECT_BYTES, storedSum);
    }
    return planned.build();
  }

  /** Returns the length that the caller states, null for none. */
  private @Nullable Long statedBytes() {
    return request.getValueForField(RequestFields.OBJECT_BYTES, Long.class).orElse(null);
  }

  private static long sum(long[] lengths) {
    long sum = 0;
    for (long length : lengths) {
      sum += length;
    }
    return sum;
  }

  /** Parts 1 to N, each once, in order. */
  private void requireNumbers(List<CompletedPart> parts) {
    if (parts.isEmpty()) {
      throw S3Errors.of(
          400, "MalformedXML", call.where(), "the list of parts is empty. List all parts");
    }
    int before = 0;
    for (CompletedPart part : parts) {
      int number = part.partNumber() == null ? 0 : part.partNumber();
      if (number <= before) {
        throw S3Errors.of(
            400,
            "InvalidPartOrder",
            call.where(),
            "part %d is listed after part %d. List the parts in ascending order, each once"
                .formatted(number, before));
      }
      if (number != before + 1) {
        throw ClavigerS3Exception.of(
            Failure.BAD_REQUEST,
            call.where(),
            "part %d is missing from the list, which goes on with part %d: a sealed object has parts 1 to N without gaps. Nothing was sent, the upload is left as it is; upload the part and list it, or abort"
                .formatted(before + 1, number));
      }
      before = number;
    }
  }

  /**
   * Returns the caller's list, with the checksums that the store holds for parts listed without
   * one: a caller that goes on with an upload knows them from ListParts, which hides them.
   */
  private List<CompletedPart> withChecksums(List<CompletedPart> parts, Map<Integer, Part> listed) {
    boolean wanted =
        !id.checksumAlgorithm().isEmpty()
            || parts.stream().anyMatch(part -> StoredChecksums.algorithm(part).isPresent());
    return wanted ? parts.stream().map(part -> withChecksums(part, listed)).toList() : parts;
  }

  private static CompletedPart withChecksums(CompletedPart part, Map<Integer, Part> listed) {
    Part stored = listed.get(part.partNumber());
    boolean same = stored != null && ETags.bare(stored.eTag()).equals(ETags.bare(part.eTag()));
    if (stored == null || !same || StoredChecksums.algorithm(part).isPresent()) {
      return part;
    }
    CompletedPart.Builder summed = part.toBuilder();
    StoredChecksums.copy(stored, summed);
    return summed.build();
  }

  /**
   * Asks the store for its parts up to the one behind those of the caller: no more pages than these
   * are, since each must have one.
   *
   * @param wanted how many parts the caller lists
   * @throws ClavigerS3Exception PROTOCOL if its list does not go on where it says
   */
  private Map<Integer, Part> listed(int wanted) {
    Map<Integer, Part> parts = new HashMap<>();
    ListPartsRequest first =
        ListPartsRequest.builder()
            .bucket(request.bucket())
            .key(request.key())
            .uploadId(id.storeId())
            .requestPayer(request.requestPayer())
            .expectedBucketOwner(request.expectedBucketOwner())
            .overrideConfiguration(SubRequests.raw(request))
            .build();
    ListPartsResponse page = client.listParts(first);
    int marker = nextPart(0, page, parts);
    while (Boolean.TRUE.equals(page.isTruncated()) && marker <= wanted) {
      page = client.listParts(first.toBuilder().partNumberMarker(marker).build());
      marker = nextPart(marker, page, parts);
    }
    return parts;
  }

  /**
   * Adds the parts of a page, and returns the marker after which the list goes on.
   *
   * @param before the last one
   * @throws ClavigerS3Exception PROTOCOL if the page has a part that is not behind {@code before},
   *     or goes on with none of its own, where it says nothing or behind the last part that an
   *     upload can have: the list might never end
   */
  private int nextPart(int before, ListPartsResponse page, Map<Integer, Part> parts) {
    for (Part part : page.parts()) {
      if (part.partNumber() == null || part.partNumber() <= before) {
        throw call.protocol(
            "a list of parts behind part %d that has part %s".formatted(before, part.partNumber()));
      }
      parts.put(part.partNumber(), part);
    }
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return before;
    }
    Integer next = page.nextPartNumberMarker();
    if (next == null || next <= before || next > MAX_PARTS || page.parts().isEmpty()) {
      throw call.protocol(
          "a truncated list of parts, with %d on this page, that goes on after part %s, where one of %d to %d was expected"
              .formatted(
                  page.parts().size(), next == null ? "(none)" : next, before + 1, MAX_PARTS));
    }
    return next;
  }

  /** Returns the plaintext lengths of parts 1 to {@code parts}, which must all be sealed ones. */
  private long[] plainBytes(int parts, Map<Integer, Long> stored) {
    long[] plain = new long[parts];
    for (int number = 1; number <= parts; number++) {
      Long size = stored.get(number);
      if (size == null) {
        throw S3Errors.of(
            400,
            "InvalidPart",
            call.where(),
            "part %d was not uploaded. Upload it, or list what was".formatted(number));
      }
      if (number < parts && size < Layout.MIN_PART_STORED_BYTES) {
        throw S3Errors.of(
            400,
            "EntityTooSmall",
            call.where(),
            "part %d of %d is stored in %d bytes; only the last part may have less than %d. Nothing was sent; upload larger parts"
                .formatted(number, parts, size, Layout.MIN_PART_STORED_BYTES));
      }
      plain[number - 1] = plainBytes(number, size);
    }
    return plain;
  }

  private long plainBytes(int number, long size) {
    try {
      return Layout.plainBytes(size);
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED,
          call.where(),
          "part %d is stored in %d bytes, as no sealed part is: it was uploaded past the interceptor. Upload it again with it"
              .formatted(number, size));
    }
  }

  /** What the caller and this process know of lengths must be what the store has. */
  private void requireLengths(long[] plain) {
    Long stated = statedBytes();
    if (stated != null && stated != sum(plain)) {
      throw S3Errors.invalidRequest(
          call.where(),
          "mpuObjectSize says %d bytes, the parts have %d. List all parts, or state their sum"
              .formatted(stated, sum(plain)));
    }
    UploadedParts known = uploads.of(call.asked(), id).lengths();
    OptionalInt wrong = known.contradicted(number -> plain[number - 1], plain.length);
    if (wrong.isPresent()) {
      int number = wrong.getAsInt();
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "part %d is listed with %d bytes of plaintext, but was sealed here with %d: another process uploaded it again, or the store's list is wrong. Nothing was sent and the upload is left as it is; upload the part again as it was, or abort and start again"
              .formatted(number, plain[number - 1], known.noted(number)));
    }
  }

  /**
   * Returns the object's length if it follows from parts that were sealed here, else {@link
   * Preamble#OFFSET_UNKNOWN}. Sizes that the store lists prove nothing.
   */
  private long provedLength(List<CompletedPart> parts) {
    return uploads
        .of(call.asked(), id)
        .lengths()
        .total(parts.stream().map(CompletedPart::eTag).toList());
  }

  /**
   * Uploads the part that ends the object behind a large last part.
   *
   * @param offset the object's length, or {@link Preamble#OFFSET_UNKNOWN}
   */
  private CompletedPart closingPart(CompletedPart last, Map<Integer, Long> stored, long offset) {
    int number = last.partNumber() + 1;
    Long there = stored.get(number);
    if (there != null && there != Layout.MIN_STORED_BYTES) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST,
          call.where(),
          "part %d was uploaded but is not listed, and its place is needed for the part that closes the upload. Nothing was sent; list it too, or abort and start again"
              .formatted(number));
    }
    Optional<String> checksum = StoredChecksums.algorithm(last);
    String algorithm =
        id.checksumAlgorithm().isEmpty() ? checksum.orElse(null) : id.checksumAlgorithm();
    UploadPartRequest.Builder upload =
        UploadPartRequest.builder()
            .bucket(request.bucket())
            .key(request.key())
            .uploadId(id.storeId())
            .partNumber(number)
            .checksumAlgorithm(algorithm)
            .requestPayer(request.requestPayer())
            .expectedBucketOwner(request.expectedBucketOwner())
            .overrideConfiguration(SubRequests.raw(request));
    if (call.settings().options().sseParameters().sentOn()) {
      upload
          .sseCustomerAlgorithm(request.sseCustomerAlgorithm())
          .sseCustomerKey(request.sseCustomerKey())
          .sseCustomerKeyMD5(request.sseCustomerKeyMD5());
    }
    UploadPartResponse answer =
        client.uploadPart(upload.build(), RequestBody.fromBytes(sealed(number, offset)));
    uploads.of(call.asked(), id).lengths().close();
    CompletedPart.Builder part = CompletedPart.builder().partNumber(number).eTag(answer.eTag());
    if (checksum.isPresent()) {
      StoredChecksums.copy(answer, part);
    }
    return part.build();
  }

  private byte[] sealed(int number, long offset) {
    Uploads.Upload upload = uploads.of(call.asked(), id);
    UploadSealer kept = upload.kept();
    if (kept != null) {
      return sealed(kept.closingPart(number, offset));
    }
    try (UploadSealer opened = uploads.sealer(call.asked(), id, customersKey())) {
      return sealed(opened.closingPart(number, offset));
    }
  }

  private CustomerKeys.@Nullable Given customersKey() {
    return CustomerKeys.honoured(call.settings(), request, call.where());
  }

  private static byte[] sealed(ObjectSealer closing) {
    try (InputStream bytes = closing.seal(InputStream.nullInputStream())) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("internal error: a stream in memory failed", e);
    }
  }
}
