package io.claviger.cli.object;

import io.claviger.cli.shell.Cleanups;
import io.claviger.cli.shell.CommandException;
import io.claviger.cli.shell.ExitCode;
import io.claviger.cli.shell.Progress;
import io.claviger.cli.shell.Shell;
import io.claviger.format.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object coming down. Every byte that is written was authenticated.
 *
 * @param range as the header has it, null for all
 * @param versionId null for the current one
 */
record Download(
    Shell shell,
    S3Client client,
    Location source,
    @Nullable String range,
    @Nullable String versionId) {
  private static final int PIECE = 1 << 16;

  ResponseInputStream<GetObjectResponse> open() {
    Cleanups.requireGoingOn();
    ResponseInputStream<GetObjectResponse> object =
        Store.ask(
            source,
            () ->
                client.getObject(
                    b ->
                        b.bucket(source.bucket())
                            .key(source.key())
                            .range(range)
                            .versionId(versionId)));
    if (Envelope.isPresentIn(object.response().metadata())) {
      object.abort();
      throw new CommandException(
          ExitCode.REFUSED,
          "%s is sealed, and CLAVIGER_S3_INCLUDE_BUCKETS and CLAVIGER_S3_EXCLUDE_BUCKETS leave its bucket alone, so that it would not be opened; change them"
              .formatted(source));
    }
    return object;
  }

  /** Writes it and returns how many bytes it was. */
  long into(OutputStream target) throws IOException {
    try (ResponseInputStream<GetObjectResponse> object = open()) {
      Long length = object.response().contentLength();
      long all = 0;
      byte[] piece = new byte[PIECE];
      try (Progress progress = shell.progress("opened", length == null ? -1 : length)) {
        for (int count = read(object, piece); count >= 0; count = read(object, piece)) {
          target.write(piece, 0, count);
          progress.add(count);
          all += count;
        }
      }
      return all;
    }
  }

  private int read(InputStream object, byte[] piece) {
    Cleanups.requireGoingOn();
    try {
      return object.read(piece, 0, piece.length);
    } catch (SdkException e) {
      throw StoreFailures.of(source.toString(), e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.UNAVAILABLE,
          "%s: the connection broke (%s); what was written is its beginning, run the command again"
              .formatted(source, e.getMessage()),
          e);
    }
  }
}
