package io.claviger.bulk.migrate;

import io.claviger.encryption.S3EncryptionClientKeys;
import io.claviger.encryption.S3EncryptionClientMessage;
import io.claviger.object.FormatException;
import io.claviger.object.FormatException.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object of the Amazon S3 Encryption Client, read twice and pinned by its ETag: first all of it
 * is authenticated, then it is decrypted piece by piece, and the last piece is given when the tag
 * was verified again.
 */
final class S3ecContent implements Content {
  private final S3EncryptionClientMessage message;
  private final ResponseInputStream<GetObjectResponse> stored;
  private final InputStream plain;
  private final Checksums checksums = new Checksums();
  private int pieces;

  private S3ecContent(
      S3EncryptionClientMessage message, ResponseInputStream<GetObjectResponse> stored) {
    this.message = message;
    this.stored = stored;
    this.plain = message.open(stored);
  }

  /**
   * Authenticates an object.
   *
   * @throws FormatException UNKNOWN_VERSION if no key for it was given, or nothing authenticates
   *     it; another class if it is not what was written
   */
  static Content of(Store store, Source source) throws IOException {
    S3EncryptionClientKeys keys =
        store
            .replacement()
            .s3EncryptionClientKeys()
            .orElseThrow(
                () ->
                    new FormatException(
                        Failure.UNKNOWN_VERSION,
                        "the Amazon S3 Encryption Client wrote this object. Give the sealing client its key by s3EncryptionClient"));
    store.announceKeys(1);
    S3EncryptionClientMessage message = keys.message(source.metadata(), source.storedBytes());
    try {
      return verified(store, source, message);
    } catch (IOException | RuntimeException e) {
      message.close();
      throw e;
    }
  }

  private static Content verified(Store store, Source source, S3EncryptionClientMessage message)
      throws IOException {
    if (message.plainBytes() <= Upload.PIECE_BYTES) {
      byte[] stored;
      try (InputStream in = get(store, source)) {
        stored = in.readAllBytes();
      }
      message.verify(new ByteArrayInputStream(stored));
      byte[] plain = message.open(new ByteArrayInputStream(stored)).readAllBytes();
      message.close();
      return new HeldContent(plain);
    }
    try (InputStream in = get(store, source)) {
      message.verify(in);
    }
    return new S3ecContent(message, get(store, source));
  }

  private static ResponseInputStream<GetObjectResponse> get(Store store, Source source) {
    return store.stored(1).getObject(source.pinned().build());
  }

  @Override
  public int pieceBytes() {
    return Upload.PIECE_BYTES;
  }

  @Override
  public long plainBytes() {
    return message.plainBytes();
  }

  /** Held until the piece is sent: a repeated attempt must not read the whole object again. */
  @Override
  public RequestBody next(int bytes) throws IOException {
    byte[] piece = plain.readNBytes(bytes);
    if (piece.length != bytes) {
      throw RetryableException.create("the store ended its answer too early");
    }
    checksums.set(pieces++, bytes, Checksums.sha256().digest(piece));
    return RequestBody.fromBytes(piece);
  }

  @Override
  public Checksums checksums() {
    return checksums;
  }

  @Override
  public void close() {
    message.close();
    stored.abort(); // no effect at its end
  }
}
