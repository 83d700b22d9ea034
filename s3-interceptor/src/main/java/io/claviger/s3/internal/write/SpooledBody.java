package io.claviger.s3.internal.write;

import io.claviger.encryption.EncryptionService;
import io.claviger.encryption.Spool;
import io.claviger.encryption.Spooled;
import io.claviger.jca.ClavigerProvider;
import io.claviger.s3.api.ClavigerS3Exception;
import io.claviger.s3.api.ClavigerS3Exception.Failure;
import io.claviger.s3.internal.wire.CallerExceptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A caller's body of unknown length, read once to its end before anything is sent. Each attempt
 * reads what was read then.
 */
final class SpooledBody implements ContentStreamProvider, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpooledBody.class);

  private final String where;
  private final Spooled bytes;

  private SpooledBody(String where, Spooled bytes) {
    this.where = where;
    this.bytes = bytes;
  }

  /**
   * Reads {@code body} to its end and closes it.
   *
   * @throws ClavigerS3Exception SOURCE if it fails or has more bytes than {@code spool} takes, or
   *     the file fails
   */
  static SpooledBody of(
      ClavigerProvider provider, String where, ContentStreamProvider body, Spool spool) {
    EncryptionService encryption = new EncryptionService(provider);
    return CallerExceptions.writing(
        where,
        () -> {
          try {
            return new SpooledBody(where, spool.fill(encryption, body.newStream()));
          } catch (IOException e) {
            throw ClavigerS3Exception.of(
                Failure.SOURCE,
                where,
                "the body of unknown length could not be read into its spool (%s: %s). Nothing was sent; look at the source, and at the room and rights of the folder for temporary files"
                    .formatted(e.getClass().getSimpleName(), e.getMessage()),
                e);
          }
        });
  }

  long plainBytes() {
    return bytes.plainBytes();
  }

  @Override
  public InputStream newStream() {
    try {
      return bytes.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      LOG.warn("{}: the file of a spool could not be closed", where, e);
    }
  }
}
