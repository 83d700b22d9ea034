package io.claviger.s3;

import io.claviger.encryption.ForeignS3ec;
import io.claviger.format.FormatException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Answers that hold an object of the Amazon S3 Encryption Client: opened where the caller gave its
 * key, else refused, also where plaintext objects are allowed: its ciphertext is no plaintext.
 */
final class ForeignObjects {
  private ForeignObjects() {}

  static SdkHttpResponse answer(
      Call call,
      SdkHttpResponse response,
      Map<String, String> metadata,
      long storedBytes,
      ExecutionAttributes attributes) {
    ForeignS3ec key = call.settings().options().foreign();
    if (key == null) {
      throw refused(
          call,
          Failure.NOT_SEALED,
          "the Amazon S3 Encryption Client wrote this object. Set importRawKeyOfS3EncryptionClient to read it here");
    }
    boolean sync = attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.SYNC;
    Reading reading = call.reading();
    boolean whole = reading.range() == null && reading.partNumber() == null;
    if (!sync || !whole || response.statusCode() == 206) {
      throw refused(
          call,
          Failure.UNSUPPORTED,
          "the Amazon S3 Encryption Client wrote this object as one message: it is read whole, through S3Client; a range of it cannot be authenticated");
    }
    int plainBytes = key.plainBytes(storedBytes);
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.removeChecksums(out);
    ObjectHeaders.hideForeign(out);
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Integer.toString(plainBytes));
    call.body =
        new BodyPlan(
            stored ->
                new BodyStream(
                    call.where(),
                    stored,
                    storedBytes,
                    () ->
                        new ByteArrayInputStream(
                            key.open(metadata, whole(stored, (int) storedBytes)))),
            stored -> stored); // refused above
    return out.build();
  }

  /** Refuses to take ciphertext of that client for plaintext. */
  static void requireNone(Call call, Map<String, String> metadata, String what) {
    if (ForeignS3ec.wrote(metadata)) {
      throw refused(
          call,
          Failure.UNSUPPORTED,
          "the Amazon S3 Encryption Client wrote %s, and copying would seal its ciphertext. Read it and put it anew"
              .formatted(what));
    }
  }

  private static byte[] whole(InputStream stored, int storedBytes) throws IOException {
    byte[] bytes = stored.readNBytes(storedBytes);
    if (bytes.length != storedBytes || stored.read() >= 0) {
      throw new FormatException(
          FormatException.Failure.TRUNCATED,
          "the store announced %d bytes and sent another number. Read again"
              .formatted(storedBytes));
    }
    return bytes;
  }

  private static ClavigerS3Exception refused(Call call, Failure failure, String message) {
    return ClavigerS3Exception.of(failure, call.where(), message);
  }
}
