package io.claviger.s3;

import io.claviger.encryption.ForeignS3ec;
import io.claviger.format.FormatException;
import io.claviger.s3.ClavigerS3Exception.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.utils.async.InputStreamSubscriber;

/**
 * Answers that hold an object of the Amazon S3 Encryption Client: opened where the caller gave its
 * key, else refused, also where plaintext objects are allowed: its ciphertext is no plaintext.
 */
final class ForeignObjects {
  private ForeignObjects() {}

  static SdkHttpResponse answer(
      Call call, SdkHttpResponse response, Map<String, String> metadata, long storedBytes) {
    ForeignS3ec key = call.settings().options().foreign();
    if (key == null) {
      throw refused(
          call,
          Failure.NOT_SEALED,
          "the Amazon S3 Encryption Client wrote this object. Set importRawKeyOfS3EncryptionClient to read it here");
    }
    if (!call.reading().asksForWhole() || response.statusCode() == 206) {
      throw refused(
          call,
          Failure.UNSUPPORTED,
          "the Amazon S3 Encryption Client wrote this object as one message: it is read whole; a range or part of it cannot be authenticated");
    }
    int plainBytes = key.plainBytes(storedBytes);
    SdkHttpResponse.Builder out = response.toBuilder();
    ObjectHeaders.hideStarting(out, ObjectHeaders.CHECKSUM_PREFIX);
    ObjectHeaders.hideForeign(out);
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Integer.toString(plainBytes));
    call.body =
        new BodyPlan(
            stored ->
                BodyStream.opened(
                    call.where(),
                    stored,
                    plainBytes,
                    storedBytes - plainBytes,
                    () -> opened(key, metadata, whole(stored, (int) storedBytes))),
            stored ->
                later(
                    call,
                    stored,
                    (int) storedBytes,
                    plainBytes,
                    bytes -> opened(key, metadata, bytes)));
    return out.build();
  }

  private static InputStream opened(ForeignS3ec key, Map<String, String> metadata, byte[] stored) {
    return new ByteArrayInputStream(key.open(metadata, stored));
  }

  /**
   * The same for asynchronous clients: gathered and opened on a thread of ours, since verifying a
   * long message would keep an event loop from its other connections.
   */
  private static Publisher<ByteBuffer> later(
      Call call,
      Publisher<ByteBuffer> stored,
      int storedBytes,
      int plainBytes,
      Function<byte[], InputStream> opening) {
    return subscriber -> {
      InputStreamSubscriber gathered = new InputStreamSubscriber();
      stored.subscribe(gathered);
      new StreamBody(
              () ->
                  ObjectReader.guarded(
                      call,
                      () -> {
                        try (InputStream in = gathered) {
                          return opening.apply(whole(in, storedBytes));
                        } catch (IOException e) {
                          throw RetryableException.create(
                              call.where() + ": the connection broke while the object was read", e);
                        }
                      }),
              plainBytes)
          .subscribe(subscriber);
    };
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
