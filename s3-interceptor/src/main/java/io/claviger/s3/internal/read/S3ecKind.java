package io.claviger.s3.internal.read;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.kms.EncryptionContext;
import io.claviger.object.FormatException;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.api.RequestAttributes;
import io.claviger.s3.internal.body.AsyncBody;
import io.claviger.s3.internal.body.BodyPlan;
import io.claviger.s3.internal.body.SyncBody;
import io.claviger.s3.internal.stored.SealedObjects.Described;
import io.claviger.s3.internal.wire.CallerExceptions;
import io.claviger.s3.internal.wire.ObjectHeaders;
import io.claviger.s3.internal.wire.UserMetadata;
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
final class S3ecKind implements ObjectKind {
  @Override
  public SdkHttpResponse answer(Answer answer) {
    return answer(answer, UserMetadata.of(answer.response()), answer.length());
  }

  @Override
  public SdkHttpResponse end(Answer answer, Described now) {
    return answer(answer, now.seen().metadata(), now.seen().storedBytes());
  }

  private static SdkHttpResponse answer(
      Answer answer, Map<String, String> metadata, long storedBytes) {
    S3EncryptionClientKeys key = answer.reading().exchange().settings().options().foreign();
    if (key == null) {
      throw ClavigerS3Exception.of(
          Failure.NOT_SEALED,
          answer.where(),
          "the Amazon S3 Encryption Client wrote this object. Give its key by s3EncryptionClient to read it here");
    }
    if (!answer.reading().asksForWhole() || answer.response().statusCode() == 206) {
      throw ClavigerS3Exception.of(
          Failure.UNSUPPORTED,
          answer.where(),
          "the Amazon S3 Encryption Client wrote this object as one message: it is read whole; a range or part of it cannot be authenticated");
    }
    int plainBytes = key.plainBytes(storedBytes);
    EncryptionContext expected =
        answer.reading().exchange().attributes().getAttribute(RequestAttributes.ENCRYPTION_CONTEXT);
    Function<byte[], InputStream> opening =
        stored -> new ByteArrayInputStream(key.open(metadata, expected, stored));
    String where = answer.where();
    SdkHttpResponse.Builder out = answer.response().toBuilder();
    ObjectHeaders.hideStarting(out, ObjectHeaders.CHECKSUM_PREFIX);
    ObjectHeaders.hideForeign(out);
    out.putHeader(ObjectHeaders.CONTENT_LENGTH, Integer.toString(plainBytes));
    answer.open(
        new BodyPlan(
            stored ->
                SyncBody.opened(
                    where,
                    stored,
                    plainBytes,
                    storedBytes - plainBytes,
                    () -> opening.apply(whole(stored, (int) storedBytes))),
            stored -> later(where, stored, (int) storedBytes, plainBytes, opening)));
    return out.build();
  }

  /**
   * The same for asynchronous clients: gathered and opened on the interceptor's own thread, since
   * verifying a long message would keep an event loop from its other connections.
   */
  private static Publisher<ByteBuffer> later(
      String where,
      Publisher<ByteBuffer> stored,
      int storedBytes,
      int plainBytes,
      Function<byte[], InputStream> opening) {
    return subscriber -> {
      InputStreamSubscriber gathered = new InputStreamSubscriber();
      stored.subscribe(gathered);
      new AsyncBody(
              () ->
                  CallerExceptions.reading(
                      where,
                      () -> {
                        try (InputStream in = gathered) {
                          return opening.apply(whole(in, storedBytes));
                        } catch (IOException e) {
                          throw RetryableException.create(
                              where + ": the connection broke while the object was read", e);
                        }
                      }),
              plainBytes)
          .subscribe(subscriber);
    };
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
}
