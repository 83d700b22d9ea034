package io.claviger.s3.internal.multipart;

import io.claviger.encryption.ObjectName;
import io.claviger.encryption.ObjectSealer;
import io.claviger.encryption.SealRequest;
import io.claviger.encryption.UploadSealer;
import io.claviger.format.Layout;
import io.claviger.format.Preamble;
import io.claviger.format.UploadId;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.call.CustomerKeys;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.S3Errors;
import io.claviger.s3.internal.wire.SseAnswer;
import io.claviger.s3.internal.write.Sealing;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A part that is sent: what seals it, and what this process notes of it.
 *
 * @param lengths where it is noted
 * @param number its number
 * @param sealing what seals it
 */
public record StartedPart(UploadedParts lengths, int number, Sealing sealing) {
  /**
   * Refuses a number that no part has.
   *
   * @throws S3Exception 400, as S3 answers
   */
  public static void requireNumber(String where, @Nullable Integer number) {
    if (number == null || number < 1 || number > Preamble.MAX_PART_NUMBER) {
      throw S3Errors.invalidArgument(
          where, "partNumber %s: 1 to %d are possible".formatted(number, Preamble.MAX_PART_NUMBER));
    }
  }

  /**
   * Begins part {@code number}, of {@code plainBytes} bytes, of the object {@code asked}. Calls the
   * key management service.
   */
  public static StartedPart begin(
      Uploads uploads,
      ObjectName asked,
      UploadId id,
      int number,
      long plainBytes,
      CustomerKeys.@Nullable Given customer) {
    String where = asked.toString();
    requireFits(where, number, plainBytes);
    UploadSealer sealer = uploads.sealer(asked, id, customer);
    Uploads.Upload upload = uploads.of(asked, id);
    try {
      long offset = upload.lengths().begin(where, number, plainBytes);
      try {
        ObjectSealer sealed = sealer.part(number, plainBytes, offset);
        return new StartedPart(
            upload.lengths(),
            number,
            new Sealing(sealed, SseAnswer.of(id, CustomerKeys.Given.md5Of(customer))));
      } catch (RuntimeException e) {
        upload.lengths().failed(number);
        throw e;
      }
    } finally {
      if (sealer.sse().equals(SealRequest.CUSTOMER)) {
        upload.keep(sealer);
      } else {
        sealer.close();
      }
    }
  }

  private static void requireFits(String where, int number, long plainBytes) {
    try {
      Layout.storedBytes(plainBytes);
    } catch (FormatException e) {
      throw ClavigerS3Exception.of(
          Failure.BAD_REQUEST, where, "part %d: %s".formatted(number, e.getMessage()));
    }
  }

  /** Notes that the store took the part. */
  public void stored(SdkHttpResponse answer) {
    lengths.stored(number, answer.firstMatchingHeader(ObjectHeaders.ETAG).orElse(""));
  }

  /** Notes that the part may not have been stored. */
  public void failed() {
    lengths.failed(number);
  }
}
